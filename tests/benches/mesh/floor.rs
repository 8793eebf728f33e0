//! The floor of a write: pgbench with the expense service's own statement, as the service's own role, in a
//! database of its own on the mesh's server, so that no relay empties its outbox meanwhile.

use std::path::PathBuf;
use std::process::Stdio;

use pfms_runtime::storage::{migrate, migrate_schema, service_url};
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::process::Command;
use url::Url;

use crate::load::CLIENTS;
use crate::mesh::Mesh;
use crate::people::{People, Person};
use crate::writes::{DATE, DESCRIPTION, MERCHANT, TIME};
use crate::{Result, hops};

/// Where the statement is written.
const SOURCE: &str = include_str!("../../../services/expense/src/store/create.rs");
/// Stands in the statement, and in no other of that file.
const MARK: &str = "published AS";
const DATABASE: &str = "floor";
/// The statement's parameters.
const PARAMETERS: usize = 25;

/// A database and scripts for pgbench.
pub struct Floor {
    url: Url,
    /// The last directory holds a script for each user.
    scripts: TempDir,
    variables: Vec<String>,
}

impl Floor {
    /// Creates the database with the expense service's tables and the users' categories.
    pub async fn prepare(mesh: &Mesh, people: &mut People) -> Result<Self> {
        let mut admin = mesh.admin().await?;
        sqlx::query("CREATE DATABASE floor").execute(&mut admin).await?;
        let admin_url = mesh.database_url(DATABASE)?;
        let url = service_url(&admin_url, pfms_expense::NAME, &mesh.master_key)?;
        migrate_schema(&admin_url, pfms_expense::NAME, &mesh.master_key).await?;
        let tables = pfms_expense::service()
            .tables()
            .ok_or("the expense service has no tables")?;
        migrate(&url, pfms_expense::NAME, tables).await?;

        let mut connection = PgConnection::connect(&url).await?;
        let scripts = tempfile::tempdir()?;
        let sample = hops::published(mesh, people).await?;
        let statement = statement()?;
        let mut variables = Vec::new();
        for (number, person) in people.0.iter().enumerate() {
            add_category(&mut connection, person).await?;
            variables.push(format!("user{number}={}", person.id));
            variables.push(format!("category{number}={}", person.category));
            std::fs::write(
                scripts.path().join(format!("{number}.sql")),
                script(&statement, number)?,
            )?;
        }
        connection.close().await?;
        variables.extend(constants(&sample));
        Ok(Self {
            url: Url::parse(&url)?,
            scripts,
            variables,
        })
    }

    /// Empties the outbox, as the relay does in the mesh.
    pub async fn clear(&self) -> Result<()> {
        let mut connection = PgConnection::connect(self.url.as_str()).await?;
        sqlx::query("TRUNCATE outbox").execute(&mut connection).await?;
        Ok(connection.close().await?)
    }

    /// Commits per second.
    pub async fn run(&self) -> Result<f64> {
        let mut command = Command::new(program()?);
        command
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
            .arg(format!("--client={CLIENTS}"))
            .arg(format!("--time={}", TIME.as_secs()));
        for variable in &self.variables {
            command.args(["-D", variable]);
        }
        for script in std::fs::read_dir(self.scripts.path())? {
            command.arg("-f").arg(script?.path());
        }
        let output = command
            .env("PGHOST", self.url.host_str().unwrap_or_default())
            .env("PGPORT", self.url.port().unwrap_or_default().to_string())
            .env("PGUSER", self.url.username())
            .env("PGPASSWORD", self.url.password().unwrap_or_default())
            .env("PGDATABASE", DATABASE)
            .env("PGOPTIONS", format!("-c search_path={}", pfms_expense::NAME))
            .stdin(Stdio::null())
            .output()
            .await?;
        let said = String::from_utf8_lossy(&output.stdout);
        let rate = said
            .lines()
            .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        match rate {
            Some(rate) if output.status.success() && said.contains("failed transactions: 0 ") => Ok(rate),
            _ => Err(format!(
                "pgbench failed: {said}{}",
                String::from_utf8_lossy(&output.stderr)
            )
            .into()),
        }
    }
}

async fn add_category(connection: &mut PgConnection, person: &Person) -> Result<()> {
    sqlx::query(
        "INSERT INTO expense_categories (user_id, id, name, icon, color, is_system, created_at)
         VALUES ($1, $2, 'Commuting', '', '', false, now())",
    )
    .bind(person.id)
    .bind(person.category)
    .execute(connection)
    .await?;
    Ok(())
}

/// The newest pgbench of the places where distributions put it.
fn program() -> Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|version| {
            let number = version.file_name().to_str()?.parse().ok()?;
            let program = version.path().join("bin/pgbench");
            program.exists().then_some((number, program))
        })
        .collect();
    found.sort();
    let on_path = || {
        std::env::split_paths(&std::env::var_os("PATH")?)
            .map(|dir| dir.join("pgbench"))
            .find(|p| p.exists())
    };
    let program = found.pop().map(|(_, program)| program).or_else(on_path);
    program.ok_or_else(|| "pgbench is missing: install PostgreSQL's server package".into())
}

/// The statement as the service sends it.
fn statement() -> Result<String> {
    let mut texts = SOURCE
        .split("r#\"")
        .skip(1)
        .filter_map(|rest| rest.split("\"#").next());
    let text = texts
        .find(|text| text.contains(MARK))
        .ok_or("the statement was not found in its source")?;
    let beyond = format!("${}", PARAMETERS + 1);
    if !text.contains(&format!("${PARAMETERS}")) || text.contains(&beyond) {
        return Err("the statement's parameters changed: adapt the benchmark".into());
    }
    Ok(text.to_owned())
}

/// A pgbench script with the statement for one user. pgbench knows no NULL, no empty text and no UUID: they are made of a
/// sign, and ids of the time and a random number.
fn script(statement: &str, user: usize) -> Result<String> {
    let id = |number: &str| {
        format!(
            "encode(int8send((extract(epoch FROM clock_timestamp()) * 1000000)::bigint) || int8send({number}), 'hex')::uuid"
        )
    };
    let mut text = statement.to_owned();
    // From the last, so that $1 does not meet $10.
    for parameter in (1..=PARAMETERS).rev() {
        let value = match parameter {
            1 => format!(":user{user}"),
            2 => id(":expense"),
            3 => ":minor".to_owned(),
            4 => ":currency".to_owned(),
            5 => format!(":category{user}"),
            6 => ":description".to_owned(),
            7 => ":merchant".to_owned(),
            8 => ":date".to_owned(),
            9 => "nullif(:absent, '-')::time".to_owned(),
            10 | 15 => "nullif(:absent, '-')::jsonb".to_owned(),
            11 => "left(:absent, 0)".to_owned(),
            12 => ":tags".to_owned(),
            13 => ":attachments".to_owned(),
            14 => ":source".to_owned(),
            16 => ":created::timestamptz".to_owned(),
            17 => "nullif(:absent, '-')".to_owned(),
            18 | 19 => "nullif(:absent, '-')::bytea".to_owned(),
            20 => id(":event"),
            21 => ":exchange".to_owned(),
            22 => ":name".to_owned(),
            23 => ":body".to_owned(),
            24 => ":traceparent".to_owned(),
            25 => ":correlation".to_owned(),
            _ => return Err("a parameter without a value".into()),
        };
        text = text.replace(&format!("${parameter}"), &value);
    }
    let random = "random(1, 9000000000000000000)";
    Ok(format!(
        "\\set minor random(100, 99999)\n\\set expense {random}\n\\set event {random}\n{text};\n"
    ))
}

fn constants(sample: &hops::Published) -> Vec<String> {
    [
        ("currency", "EUR"),
        ("description", DESCRIPTION),
        ("merchant", MERCHANT),
        ("date", DATE),
        ("absent", "-"),
        ("tags", "{commute}"),
        ("attachments", "{}"),
        ("source", "manual"),
        ("created", "2026-03-14T09:26:53.589793Z"),
        ("exchange", "financial.events"),
        ("name", "expense.created"),
        ("body", &sample.body),
        ("traceparent", &sample.traceparent),
        ("correlation", &sample.correlation_id),
    ]
    .iter()
    // pgbench takes no empty values.
    .map(|(name, value)| format!("{name}={}", if value.is_empty() { "-" } else { value }))
    .collect()
}
