//! A private RabbitMQ node with its own Erlang port mapper, so that neither meets another node of the
//! machine nor leaves the mapper's usual daemon behind.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::binaries;
use super::data_dir::{DataDir, write_private};
use super::error::InfraError;
use super::guard::Guard;
use super::process::{Launch, Process};
use crate::progress::Part;

const NAME: &str = "RabbitMQ";
const USER: &str = "pfms";
/// Debian's own scripts; those on PATH there change user and write below /var.
const DEBIAN_SCRIPTS: &str = "/usr/lib/rabbitmq/bin";
const NODE: &str = "pfms@localhost";
/// `rabbitmqctl` for the node, for who wants to look into it.
const CONTROL: &str = "rabbitmqctl";
const MAPPER_BOUND: Duration = Duration::from_secs(10);
/// Starting Erlang takes seconds, and many of them on a busy machine.
const READY_BOUND: Duration = Duration::from_mins(2);
const STOP_BOUND: Duration = Duration::from_secs(15);
/// The node's data are safe against it: publishers hold what was not confirmed.
const ORPHANED: Guard = Guard {
    signal: Signal::SIGKILL,
    user: None,
    pass_through: false,
};

/// The ports of a node: clients, node to node, and the port mapper.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NodePorts {
    pub(crate) amqp: u16,
    pub(crate) distribution: u16,
    pub(crate) mapper: u16,
}

/// Starts port mapper and node. Gives the URL, and the processes in the order to stop them.
pub(crate) async fn start(
    dir: &DataDir,
    ports: NodePorts,
    shown: &Part,
) -> Result<(String, Vec<Process>), InfraError> {
    let home = dir.part("rabbitmq")?;
    let erlang = |program| binaries::require(NAME, program, "rabbitmq-server", "AMQP_URL");
    let epmd = erlang("epmd")?;
    erlang("erl")?;
    let script = |name| match Path::new(DEBIAN_SCRIPTS).join(name) {
        script if script.exists() => Ok(script),
        _ => erlang(name),
    };
    let server = script("rabbitmq-server")?;
    let control = script("rabbitmqctl")?;
    let password = dir.secret("rabbitmq")?;
    let first = forget_unfinished(&home)?;
    prepare(&home, ports, &password)?;
    write_control(&home, ports, &control)?;

    shown.state(if first { "creating the node" } else { "starting" });
    let mapper = Process::start(dir, mapper_launch(epmd, &home, ports)).await?;
    mapper.until_ready(MAPPER_BOUND, || connect(ports.mapper)).await?;
    let node = Process::start(dir, node_launch(server, &home, ports)).await?;
    node.until_ready(READY_BOUND, || probe("127.0.0.1", ports.amqp))
        .await?;
    write_private(&home.join("created"), "")?;

    let url = format!("amqp://{USER}:{password}@127.0.0.1:{}/%2f", ports.amqp);
    Ok((url, vec![node, mapper]))
}

/// A node whose first start was interrupted may lack its user, and has nothing to lose.
/// Answers whether the node has to be created.
fn forget_unfinished(home: &Path) -> Result<bool, InfraError> {
    let nodes = home.join("nodes");
    let created = home.join("created").exists();
    if !created && nodes.exists() {
        fs::remove_dir_all(&nodes).map_err(InfraError::io("remove", &nodes))?;
    }
    Ok(!created)
}

fn prepare(home: &Path, ports: NodePorts, password: &str) -> Result<(), InfraError> {
    let configuration = format!(
        "listeners.tcp.1 = 127.0.0.1:{}\ndefault_user = {USER}\ndefault_pass = {password}\n",
        ports.amqp
    );
    write_private(&home.join("rabbitmq.conf"), &configuration)?;
    write_private(&home.join("enabled_plugins"), "[].\n")
}

/// Where the node's `rabbitmqctl` is, below the data directory.
pub(crate) fn control(dir: &DataDir) -> PathBuf {
    dir.root().join("rabbitmq").join(CONTROL)
}

fn write_control(home: &Path, ports: NodePorts, program: &Path) -> Result<(), InfraError> {
    let script = format!(
        "#!/bin/sh\nHOME=\"$(dirname \"$0\")\" ERL_EPMD_PORT={} LC_ALL=C.UTF-8 exec {} -n {NODE} \"$@\"\n",
        ports.mapper,
        program.display(),
    );
    let path = home.join(CONTROL);
    write_private(&path, &script)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).map_err(InfraError::io("write", &path))
}

fn mapper_launch(epmd: PathBuf, home: &Path, ports: NodePorts) -> Launch {
    Launch {
        name: NAME,
        log: "epmd",
        program: epmd,
        args: vec![
            "-port".into(),
            ports.mapper.to_string().into(),
            "-address".into(),
            "127.0.0.1".into(),
        ],
        env: Vec::new(),
        dir: home.to_owned(),
        guard: ORPHANED,
        stop: Signal::SIGTERM,
        grace: STOP_BOUND,
    }
}

fn node_launch(server: PathBuf, home: &Path, ports: NodePorts) -> Launch {
    let file = |name: &str| OsString::from(home.join(name));
    let port = |port: u16| OsString::from(port.to_string());
    let env = vec![
        ("HOME", OsString::from(home)),
        ("LC_ALL", "C.UTF-8".into()),
        ("ERL_EPMD_PORT", port(ports.mapper)),
        ("ERL_EPMD_ADDRESS", "127.0.0.1".into()),
        ("RABBITMQ_NODENAME", NODE.into()),
        ("RABBITMQ_NODE_PORT", port(ports.amqp)),
        ("RABBITMQ_DIST_PORT", port(ports.distribution)),
        ("RABBITMQ_MNESIA_BASE", file("nodes")),
        ("RABBITMQ_LOG_BASE", file("log")),
        ("RABBITMQ_LOGS", "-".into()),
        ("RABBITMQ_LOG", "-color".into()),
        ("RABBITMQ_PID_FILE", file("pid")),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", file("enabled_plugins")),
        ("RABBITMQ_CONFIG_FILE", file("rabbitmq.conf")),
        // None of these exist: they keep the machine's own configuration out.
        ("RABBITMQ_CONFIG_FILES", file("conf.d")),
        ("RABBITMQ_ADVANCED_CONFIG_FILE", file("advanced.config")),
        ("RABBITMQ_CONF_ENV_FILE", file("rabbitmq-env.conf")),
        (
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
            "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}".into(),
        ),
        // Makes the script become the node instead of waiting for it: signals reach the node itself.
        ("RUNNING_UNDER_SYSTEMD", "true".into()),
    ];
    Launch {
        name: NAME,
        log: "rabbitmq",
        program: server,
        args: Vec::new(),
        env,
        dir: home.to_owned(),
        guard: ORPHANED,
        stop: Signal::SIGTERM,
        grace: STOP_BOUND,
    }
}

async fn connect(port: u16) -> std::io::Result<()> {
    TcpStream::connect(("127.0.0.1", port)).await.map(drop)
}

/// Says hello in AMQP 0-9-1 and expects the server to open the conversation.
pub(crate) async fn probe(host: &str, port: u16) -> std::io::Result<()> {
    const METHOD_FRAME: u8 = 1;
    let mut connection = TcpStream::connect((host, port)).await?;
    connection.write_all(b"AMQP\x00\x00\x09\x01").await?;
    match connection.read_u8().await? {
        METHOD_FRAME => Ok(()),
        _ => Err(std::io::Error::other("it does not speak AMQP 0-9-1")),
    }
}
