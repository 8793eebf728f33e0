//! The moment between fork and exec, without unsafe code: pfms runs itself, and that run gives up its
//! privileges, ties its life to its parent's, and becomes the server.

use std::ffi::{CString, OsString};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;

use nix::sys::signal::Signal;
use nix::unistd::{Pid, Uid, User, getppid, initgroups, setgid, setuid};

/// The hidden first argument that selects this mode.
pub const SUBCOMMAND: &str = "supervised";

/// What a supervised run is told by the pfms that starts it.
#[derive(Debug, clap::Args)]
pub struct GuardArgs {
    /// The pfms that supervises; when it is gone already, nothing is started
    #[arg(long)]
    parent: i32,
    /// What the kernel sends when the supervisor ends, however that happens
    #[arg(long)]
    signal: Signal,
    /// The account to run as, when that is not the present one
    #[arg(long)]
    user: Option<u32>,
    /// Whether the account may pass through directories that are closed to it
    #[arg(long)]
    pass_through: bool,
    /// The program and its arguments
    #[arg(last = true, required = true)]
    command: Vec<OsString>,
}

/// How a server is to be tied to this process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guard {
    /// Sent by the kernel when this process ends without having stopped the server.
    pub(crate) signal: Signal,
    /// The account to run as; root only.
    pub(crate) user: Option<Uid>,
    /// Keeps the capability to pass through directories closed to `user`.
    pub(crate) pass_through: bool,
}

impl Guard {
    /// The command that runs `program` guarded.
    pub(crate) fn command(self, program: &std::path::Path) -> Command {
        let mut command = Command::new(own_program());
        command.arg(SUBCOMMAND);
        command.arg("--parent").arg(std::process::id().to_string());
        command.arg("--signal").arg(self.signal.as_str());
        if let Some(user) = self.user {
            command.arg("--user").arg(user.to_string());
        }
        if self.pass_through {
            command.arg("--pass-through");
        }
        command.arg("--").arg(program);
        command
    }
}

/// Our own program; through /proc it is found even after a rebuild has replaced the file.
fn own_program() -> PathBuf {
    if cfg!(target_os = "linux") {
        PathBuf::from("/proc/self/exe")
    } else {
        std::env::current_exe().unwrap_or_else(|_| PathBuf::from("pfms"))
    }
}

/// Becomes the given program. Returns only when that fails. Has to run before any thread is started.
#[must_use]
pub fn become_supervised(args: &GuardArgs) -> io::Error {
    if let Err(error) = prepare(args) {
        return error;
    }
    let Some((program, rest)) = args.command.split_first() else {
        return io::Error::other("no program is given");
    };
    let error = Command::new(program).args(rest).exec();
    io::Error::new(error.kind(), format!("cannot run {}: {error}", program.display()))
}

fn prepare(args: &GuardArgs) -> io::Result<()> {
    if let Some(user) = args.user {
        change_user(Uid::from_raw(user), args.pass_through)?;
    }
    // After the change of user, which clears it.
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_pdeathsig(args.signal)?;
    // A parent that ended before the line above will send nothing.
    if getppid() != Pid::from_raw(args.parent) {
        return Err(io::Error::other("the supervising pfms is gone"));
    }
    Ok(())
}

fn change_user(uid: Uid, pass_through: bool) -> io::Result<()> {
    let user = User::from_uid(uid)?.ok_or_else(|| io::Error::other(format!("there is no account {uid}")))?;
    let name = CString::new(user.name)?;
    initgroups(&name, user.gid)?;
    setgid(user.gid)?;
    keep_passage(pass_through, || Ok(setuid(uid)?))
}

/// A checkout below a home directory is closed to PostgreSQL's account. Moving the data elsewhere would
/// leave them behind when the checkout is deleted; letting PostgreSQL search directories does not.
#[cfg(target_os = "linux")]
fn keep_passage(keep: bool, change: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    use rustix::thread::{
        CapabilitySet, CapabilitySets, capabilities, configure_capability_in_ambient_set, set_capabilities,
        set_keep_capabilities,
    };
    if !keep {
        return change();
    }
    let permitted = capabilities(None)?.permitted;
    // Containers often lack the narrower of the two.
    let passage = if permitted.contains(CapabilitySet::DAC_READ_SEARCH) {
        CapabilitySet::DAC_READ_SEARCH
    } else {
        CapabilitySet::DAC_OVERRIDE
    };
    set_keep_capabilities(true)?;
    change()?;
    set_capabilities(
        None,
        CapabilitySets {
            effective: passage,
            permitted: passage,
            inheritable: passage,
        },
    )?;
    configure_capability_in_ambient_set(passage, true)?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn keep_passage(_keep: bool, change: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    change()
}
