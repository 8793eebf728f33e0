//! `pfms plugin publish`: uploads a component.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use pfms_plugin_author::sign::SigningKey;
use serde_json::Value;

use super::mesh::{Mesh, MeshArgs, Refused};
use super::{TierArg, say};

/// How often, and how long after, a component is sent again that is still being compiled.
const COMPILING_TRIES: u32 = 18;
const COMPILING_PAUSE: Duration = Duration::from_secs(10);

/// What goes where. The token needs the scope automation:write.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The component
    file: PathBuf,
    /// The limits under which it runs; what it fits into when absent
    #[arg(long, value_enum)]
    tier: Option<TierArg>,
    /// A key of `pfms plugin keygen` to sign with
    #[arg(long)]
    sign: Option<PathBuf>,
    #[command(flatten)]
    mesh: MeshArgs,
}

/// Uploads it.
///
/// # Errors
/// What the mesh answered, in its words.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    let bytes = std::fs::read(&args.file).map_err(|error| format!("{}: {error}", args.file.display()))?;
    let mut said = Vec::new();
    if let Some(tier) = args.tier {
        said.push(format!("tier=MODULE_TIER_{}", tier.tier().name().to_uppercase()));
    }
    if let Some(path) = &args.sign {
        let key = SigningKey::read(path)?;
        said.push(format!("publisherKey={}", key.public()));
        said.push(format!("signature={}", key.sign(&bytes)));
    }
    let path = match said.as_slice() {
        [] => "modules".to_owned(),
        _ => format!("modules?{}", said.join("&")),
    };
    let module = upload(&Mesh::new(args.mesh)?, &path, bytes).await?;
    let text = |field: &str| module[field].as_str().unwrap_or_default().to_owned();
    say(&format!("{} {} is stored", text("name"), text("version")));
    for (label, field) in [
        ("id", "id"),
        ("hash", "hash"),
        ("tier", "tier"),
        ("signed by", "publisherKey"),
    ] {
        if !text(field).is_empty() {
            say(&format!("  {label:<10} {}", text(field)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Large components take longer to compile than a request may: then the mesh asks to come again.
async fn upload(mesh: &Mesh, path: &str, bytes: Vec<u8>) -> Result<Value, Box<dyn Error>> {
    for _ in 0..COMPILING_TRIES {
        match mesh.post(path, "application/wasm", bytes.clone()).await {
            Err(error) if is_compiling(&*error) => {
                say("the mesh is still compiling it");
                tokio::time::sleep(COMPILING_PAUSE).await;
            }
            answer => return answer,
        }
    }
    mesh.post(path, "application/wasm", bytes).await
}

fn is_compiling(error: &(dyn Error + 'static)) -> bool {
    let refused = error.downcast_ref::<Refused>();
    refused.is_some_and(|refused| refused.reason == "MODULE_COMPILING")
}
