//! The network of a container that belongs to the user namespace of a user who is not root, as the
//! engines of such users make them. Who owns that namespace may enter it, but not with more threads
//! than one: so a process of its own goes there, which is this program once more.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;

use super::ports::connect;
use super::process::Call;
use super::request::{self, LIMIT, PATIENCE};

/// The program that enters, and its subcommand.
static PROGRAM: OnceLock<(PathBuf, &'static str)> = OnceLock::new();

/// From now on `program`, which is this one, is started with `subcommand`, the number of a process, a
/// port and a path, to write what [`said`] gives. Without a program nobody enters.
pub fn offer(program: Option<PathBuf>, subcommand: &'static str) {
    if let Some(program) = program {
        // Whoever offers twice offers the same.
        let _ = PROGRAM.set((program, subcommand));
    }
}

/// What a server says to a request for `path` at `port`, in the network of `process`, by another
/// process.
pub(super) fn ask(process: i32, port: u16, path: &str) -> io::Result<Vec<u8>> {
    let Some((program, subcommand)) = PROGRAM.get() else {
        return Err(io::ErrorKind::PermissionDenied.into());
    };
    // Who may not open it may not enter it.
    File::open(place(process, "user"))?;
    let call = Call::new(&program.to_string_lossy())
        .args([*subcommand, "--"])
        .args([&process.to_string(), &port.to_string(), path])
        .keeping(usize::try_from(LIMIT).unwrap_or(usize::MAX))
        .within(PATIENCE * 3);
    let ended = call.end().map_err(io::Error::other)?;
    if ended.is_good() {
        return Ok(ended.out.bytes());
    }
    Err(io::Error::other(ended.err.text().trim().to_owned()))
}

/// What a server says to a request for `path` at `port`, in the network of `process`, which this
/// process enters for good. The error is that of the operating system: among others, that this
/// process has several threads.
pub fn said(process: i32, port: u16, path: &str) -> io::Result<Vec<u8>> {
    enter(process)?;
    request::said(connect(port)?, path)
}

/// Where the kernel shows a namespace of a process.
fn place(process: i32, kind: &str) -> String {
    format!("/proc/{process}/ns/{kind}")
}

/// Enters the namespaces, the user's first: it gives the right to enter the other.
#[cfg(target_os = "linux")]
fn enter(process: i32) -> io::Result<()> {
    use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
    use std::os::fd::AsFd as _;

    let open = |kind| File::open(place(process, kind));
    let (user, network) = (open("user")?, open("net")?);
    move_into_link_name_space(user.as_fd(), Some(LinkNameSpaceType::User))?;
    move_into_link_name_space(network.as_fd(), Some(LinkNameSpaceType::Network))?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn enter(_process: i32) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
