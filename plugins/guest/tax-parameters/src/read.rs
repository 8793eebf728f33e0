//! Reads the data files.

use toml::{Table, Value as Toml};

use crate::value::{Unit, Value};

/// All that the files hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Data {
    /// The earliest first.
    pub(crate) years: Vec<Year>,
    /// In the order of the files.
    pub(crate) nodes: Vec<Node>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Year {
    pub(crate) number: u16,
    pub(crate) label: String,
    /// Year, month, day.
    pub(crate) first_day: (u16, u8, u8),
    pub(crate) last_day: (u16, u8, u8),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) unit: Unit,
    /// By position of the year.
    pub(crate) values: Vec<Known>,
}

/// A value, where it stands, and how well it is known.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) value: Value,
    pub(crate) source: String,
    pub(crate) mark: Mark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Primary,
    TwoEngines,
    OneEngine,
    Secondary,
}

/// The name of the file that holds the years.
const YEARS: &str = "years.toml";

/// What a table hands down to those below.
#[derive(Clone, Copy, Default)]
struct Inherited<'t> {
    source: Option<&'t str>,
    mark: Option<Mark>,
}

pub(crate) fn read(files: &[(String, String)]) -> Result<Data, String> {
    let mut years = None;
    let mut tables = Vec::new();
    for (name, content) in files {
        let table: Table = content.parse().map_err(|error| format!("{name}: {error}"))?;
        if name == YEARS {
            years = Some(read_years(&table).map_err(|problem| format!("{name}: {problem}"))?);
        } else {
            tables.push((name, table));
        }
    }
    let (exponent, years) = years.ok_or_else(|| format!("{YEARS} is missing"))?;
    let mut nodes: Vec<Node> = Vec::new();
    for (name, table) in &tables {
        let mut reader = Reader {
            exponent,
            years: &years,
            nodes: &mut nodes,
        };
        reader
            .table("", table, Inherited::default())
            .map_err(|problem| format!("{name}: {problem}"))?;
    }
    Ok(Data { years, nodes })
}

fn read_years(table: &Table) -> Result<(u32, Vec<Year>), String> {
    only(table, &["exponent", "year"])?;
    let exponent = table.get("exponent").and_then(Toml::as_integer);
    let exponent = exponent
        .and_then(|digits| u32::try_from(digits).ok())
        .filter(|digits| *digits <= 4)
        .ok_or("exponent must be the digits after the point of the currency, 0 to 4")?;
    let tables = table.get("year").and_then(Toml::as_table);
    let mut years = Vec::new();
    for (number, entry) in tables.ok_or("there must be tables such as [year.2025]")? {
        let year = read_year(number, entry).map_err(|problem| format!("year.{number}: {problem}"))?;
        years.push(year);
    }
    years.sort_by_key(|year| year.number);
    Ok((exponent, years))
}

fn read_year(number: &str, entry: &Toml) -> Result<Year, String> {
    let table = entry.as_table().ok_or("must be a table")?;
    only(table, &["label", "first-day", "last-day"])?;
    let day = |key: &str| {
        let date = table.get(key).and_then(Toml::as_datetime).and_then(|at| at.date);
        date.map(|date| (date.year, date.month, date.day))
            .ok_or_else(|| format!("{key} must be a day such as 2025-04-06"))
    };
    let year = Year {
        number: parse_year(number)?,
        label: required(table, "label")?.to_owned(),
        first_day: day("first-day")?,
        last_day: day("last-day")?,
    };
    if year.first_day.0 != year.number || year.first_day >= year.last_day {
        return Err("must be the calendar year in which it begins, and begin before it ends".to_owned());
    }
    Ok(year)
}

struct Reader<'r> {
    exponent: u32,
    years: &'r [Year],
    nodes: &'r mut Vec<Node>,
}

impl Reader<'_> {
    /// Reads a table: a figure when it has a unit, otherwise a group of them.
    fn table(&mut self, id: &str, table: &Table, inherited: Inherited<'_>) -> Result<(), String> {
        let inherited = inherit(table, inherited).map_err(|problem| format!("{id}: {problem}"))?;
        if table.contains_key("unit") {
            let node = self
                .node(id, table, inherited)
                .map_err(|problem| format!("{id}: {problem}"))?;
            if self.nodes.iter().any(|other| other.id == id) {
                return Err(format!("{id} is there twice"));
            }
            self.nodes.push(node);
            return Ok(());
        }
        for (key, value) in table {
            if ["source", "mark"].contains(&key.as_str()) {
                continue;
            }
            let child = if id.is_empty() {
                key.clone()
            } else {
                format!("{id}.{key}")
            };
            if !is_id(key) {
                return Err(format!("{child}: must be lower case words joined by hyphens"));
            }
            let table = value
                .as_table()
                .ok_or_else(|| format!("{child}: a figure is a table with label, unit and years"))?;
            self.table(&child, table, inherited)?;
        }
        Ok(())
    }

    fn node(&self, id: &str, table: &Table, inherited: Inherited<'_>) -> Result<Node, String> {
        let unit = Unit::parse(required(table, "unit")?)?;
        for key in table.keys() {
            if !["label", "unit", "source", "mark"].contains(&key.as_str()) {
                parse_year(key)?;
            }
        }
        let mut values = Vec::with_capacity(self.years.len());
        for year in self.years {
            let key = year.number.to_string();
            let value = table.get(&key).ok_or_else(|| {
                format!("has no value for {key}, which {YEARS} names (\"none\" if the law does not have it)")
            })?;
            let known = self
                .known(unit, value, inherited)
                .map_err(|problem| format!("{key}: {problem}"))?;
            values.push(known);
        }
        Ok(Node {
            id: id.to_owned(),
            label: required(table, "label")?.to_owned(),
            unit,
            values,
        })
    }

    fn known(&self, unit: Unit, value: &Toml, inherited: Inherited<'_>) -> Result<Known, String> {
        let (value, inherited) = match value.as_table() {
            None => (value, inherited),
            Some(table) => {
                only(table, &["value", "source", "mark"])?;
                let value = table.get("value").ok_or("value is missing")?;
                (value, inherit(table, inherited)?)
            }
        };
        Ok(Known {
            value: unit.read(value, self.exponent)?,
            source: inherited.source.ok_or("source is missing")?.to_owned(),
            mark: inherited.mark.ok_or("mark is missing")?,
        })
    }
}

fn inherit<'t>(table: &'t Table, from: Inherited<'t>) -> Result<Inherited<'t>, String> {
    let text = |key: &str| match table.get(key) {
        None => Ok(None),
        Some(value) => value
            .as_str()
            .filter(|text| !text.is_empty())
            .map(Some)
            .ok_or_else(|| format!("{key} must be text")),
    };
    let mark = text("mark")?.map(parse_mark).transpose()?;
    Ok(Inherited {
        source: text("source")?.or(from.source),
        mark: mark.or(from.mark),
    })
}

fn parse_mark(mark: &str) -> Result<Mark, String> {
    Ok(match mark {
        "P" => Mark::Primary,
        "E2" => Mark::TwoEngines,
        "E1" => Mark::OneEngine,
        "S" => Mark::Secondary,
        _ => return Err(format!("mark must be P, E2, E1 or S, not {mark}")),
    })
}

fn parse_year(key: &str) -> Result<u16, String> {
    key.parse()
        .ok()
        .filter(|year| (1900..=2200).contains(year))
        .ok_or_else(|| format!("\"{key}\" is neither a year nor label, unit, source or mark"))
}

fn required<'t>(table: &'t Table, key: &str) -> Result<&'t str, String> {
    let text = table.get(key).and_then(Toml::as_str);
    text.filter(|text| !text.is_empty())
        .ok_or_else(|| format!("{key} is missing"))
}

fn only(table: &Table, keys: &[&str]) -> Result<(), String> {
    match table.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(unknown) => Err(format!("\"{unknown}\" is not one of {}", keys.join(", "))),
        None => Ok(()),
    }
}

fn is_id(word: &str) -> bool {
    word.split('-').all(|part| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}
