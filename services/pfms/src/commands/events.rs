//! `pfms events dead`: events that no try could handle.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use pfms_runtime::events::{Broker, DeadLetters};
use pfms_runtime::{Clock, audit};

/// What to do with events.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, clap::Subcommand)]
enum Kind {
    /// Events that failed every time
    #[command(subcommand)]
    Dead(Dead),
}

#[derive(Debug, clap::Args)]
struct Target {
    /// The consumer that failed, for example notification.send
    consumer: String,
    /// RabbitMQ
    #[arg(long, env = "AMQP_URL", hide_env_values = true)]
    amqp_url: String,
    /// Prefix of exchanges and queues, as the mesh has it
    #[arg(long, env = "PFMS_NAMESPACE", default_value = "")]
    namespace: String,
}

#[derive(Debug, clap::Subcommand)]
enum Dead {
    /// Show a consumer's dead letters, one JSON object per line
    List {
        #[command(flatten)]
        target: Target,
        /// Show at most this many
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Send a consumer's dead letters to it again
    Replay {
        #[command(flatten)]
        target: Target,
        /// Only the event with this id
        #[arg(long)]
        id: Option<String>,
    },
}

impl Target {
    fn letters(&self) -> DeadLetters {
        DeadLetters::new(Broker::new(&self.amqp_url, &self.namespace))
    }
}

/// Does it.
///
/// # Errors
/// When the broker does not answer or there is no such consumer.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    let mut out = std::io::stdout();
    match args.kind {
        Kind::Dead(Dead::List { target, limit }) => {
            for event in target.letters().list(&target.consumer, limit).await? {
                writeln!(out, "{}", serde_json::to_string(&event)?)?;
            }
        }
        Kind::Dead(Dead::Replay { target, id }) => {
            let consumer = &target.consumer;
            let what = id
                .as_ref()
                .map_or_else(|| consumer.clone(), |id| format!("{consumer} {id}"));
            let act = audit::act(
                audit::OPERATOR,
                "operator.dead_letters.replayed",
                &what,
                Clock::system().now(),
            )?;
            let count = target.letters().replay(consumer, id.as_deref(), &act).await?;
            writeln!(out, "{count} sent again")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
