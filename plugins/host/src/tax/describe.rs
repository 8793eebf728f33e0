//! Checks what tax rules say of themselves.

use super::{Description, FieldKind, ProfileField, TaxYear};
use crate::LoadError;
use crate::describe::{check_identity, invalid, is_label, is_text, is_words};

/// Longest text that explains something, in characters.
const HELP_CHARS: usize = 2_000;
const LABEL_CHARS: usize = 50;
const REGION_BYTES: usize = 16;
/// Most regions, fields, kinds of income, categories, and answers of a choice.
const MAX_ENTRIES: usize = 300;
const MAX_YEARS: usize = 50;
/// Most digits after a decimal point that ISO 4217 gives a currency.
const MAX_EXPONENT: u8 = 4;

/// Accepts a description as it is, or names the first field that is wrong.
pub(crate) fn check(description: Description) -> Result<Description, LoadError> {
    check_identity(&description.name, &description.version)?;
    if !is_text(&description.summary, HELP_CHARS) {
        return invalid("summary", format!("must be at most {HELP_CHARS} characters"));
    }
    if !is_code(&description.country, 2) {
        return invalid("country", "must be two upper case letters such as \"US\"");
    }
    if !is_code(&description.currency, 3) {
        return invalid("currency", "must be three upper case letters such as \"USD\"");
    }
    if description.exponent > MAX_EXPONENT {
        return invalid("exponent", format!("must be at most {MAX_EXPONENT}"));
    }
    check_regions(&description)?;
    check_years(&description.years)?;
    check_profile(&description)?;
    let incomes = description.incomes.iter();
    check_named(
        "incomes",
        incomes.map(|income| (&*income.name, &*income.label, &*income.help)),
    )?;
    let deductions = description.deductions.iter();
    check_named(
        "deductions",
        deductions.map(|one| (&*one.name, &*one.label, &*one.help)),
    )?;
    Ok(description)
}

fn is_code(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn check_regions(description: &Description) -> Result<(), LoadError> {
    let regions = &description.regions;
    at_most("regions", regions.len(), MAX_ENTRIES)?;
    for (position, region) in regions.iter().enumerate() {
        let shaped = (1..=REGION_BYTES).contains(&region.code.len())
            && region
                .code
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-');
        if !shaped || !is_label(&region.name) {
            return invalid(
                "regions",
                format!(
                    "regions[{position}] must have a code of 1 to {REGION_BYTES} upper case letters, digits and \
                     hyphens, and a name"
                ),
            );
        }
        if regions[..position]
            .iter()
            .any(|earlier| earlier.code == region.code)
        {
            return invalid("regions", format!("\"{}\" must be named only once", region.code));
        }
    }
    Ok(())
}

fn check_years(years: &[TaxYear]) -> Result<(), LoadError> {
    if years.is_empty() {
        return invalid("years", "must hold at least one");
    }
    at_most("years", years.len(), MAX_YEARS)?;
    for year in years {
        let number = year.year;
        if !is_label(&year.label) || year.label.chars().count() > LABEL_CHARS {
            return invalid(
                "years",
                format!("{number} must have a label of 1 to {LABEL_CHARS} characters"),
            );
        }
        if !year.first_day.is_valid() || !year.last_day.is_valid() || year.last_day <= year.first_day {
            return invalid(
                "years",
                format!("{number} must end after it begins, on days of the calendar"),
            );
        }
        if year.first_day.year != number {
            return invalid(
                "years",
                format!("{number} must begin in {number}, not on {}", year.first_day),
            );
        }
    }
    if years.windows(2).any(|pair| pair[0].year <= pair[1].year) {
        return invalid("years", "must be given once each, the latest first");
    }
    Ok(())
}

fn check_profile(description: &Description) -> Result<(), LoadError> {
    let fields = &description.profile;
    check_named(
        "profile",
        fields
            .iter()
            .map(|field| (&*field.name, &*field.label, &*field.help)),
    )?;
    for field in fields {
        check_field(field, description).or_else(|problem| {
            let name = &field.name;
            invalid("profile", format!("\"{name}\": {problem}"))
        })?;
    }
    Ok(())
}

fn check_field(field: &ProfileField, description: &Description) -> Result<(), String> {
    match &field.kind {
        FieldKind::Flag => {}
        FieldKind::Whole(bounds) | FieldKind::Wholes(bounds) | FieldKind::Amount(bounds) => {
            if bounds.least > bounds.greatest {
                return Err("the least must not exceed the greatest".into());
            }
        }
        FieldKind::Choice(choices) => {
            if choices.is_empty() || choices.len() > MAX_ENTRIES {
                return Err(format!("must offer 1 to {MAX_ENTRIES} choices"));
            }
            for (position, choice) in choices.iter().enumerate() {
                if !is_words(&choice.value) || !is_label(&choice.label) {
                    return Err(format!(
                        "choice {position} must have a value of lower case words joined by hyphens, and a label"
                    ));
                }
                if choices[..position]
                    .iter()
                    .any(|earlier| earlier.value == choice.value)
                {
                    return Err(format!(
                        "the choice \"{}\" must be offered only once",
                        choice.value
                    ));
                }
            }
        }
    }
    if let Some(default) = &field.default_value {
        field
            .kind
            .check(default)
            .map_err(|problem| format!("the default {problem}"))?;
    }
    match field.years.iter().find(|year| description.year(**year).is_none()) {
        Some(year) => Err(format!("{year} is not among the years")),
        None => Ok(()),
    }
}

/// Checks names, labels and explanations.
fn check_named<'a>(
    field: &'static str,
    entries: impl ExactSizeIterator<Item = (&'a str, &'a str, &'a str)>,
) -> Result<(), LoadError> {
    at_most(field, entries.len(), MAX_ENTRIES)?;
    let mut seen = std::collections::HashSet::new();
    for (position, (name, label, help)) in entries.enumerate() {
        if !is_words(name) {
            return invalid(
                field,
                format!(
                    "{field}[{position}].name must be lower case words joined by hyphens, 1 to 64 characters"
                ),
            );
        }
        if !seen.insert(name) {
            return invalid(field, format!("\"{name}\" must be named only once"));
        }
        if !is_label(label) {
            return invalid(
                field,
                format!("\"{name}\" must have a label of one line, 1 to 200 characters"),
            );
        }
        if !is_text(help, HELP_CHARS) {
            return invalid(
                field,
                format!("\"{name}\" must have a help of at most {HELP_CHARS} characters"),
            );
        }
    }
    Ok(())
}

fn at_most(field: &'static str, found: usize, limit: usize) -> Result<(), LoadError> {
    if found > limit {
        invalid(field, format!("must be at most {limit}"))
    } else {
        Ok(())
    }
}

#[cfg(test)]
#[path = "describe_tests.rs"]
mod tests;
