//! The network of a container, seen from the machine that it runs on: which ports its programs
//! listen on, and what they answer. A container without a network has its own loopback; whoever may
//! enter its network namespace reaches it there.

use std::collections::BTreeSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::entry;
use super::request::{Answer, said};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);

/// Where the ports of a container are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Network {
    /// It shares the network of this machine.
    Shared,
    /// It has one of its own, which this process (its number on this machine) is in.
    Own(i32),
}

impl Network {
    /// The TCP ports that a program listens on. The error is that of the operating system: the
    /// engine may run on another machine.
    pub(super) fn listening(self) -> io::Result<BTreeSet<u16>> {
        let process = match self {
            Self::Shared => "self".to_owned(),
            Self::Own(process) => process.to_string(),
        };
        let mut ports = BTreeSet::new();
        for table in ["tcp", "tcp6"] {
            let path = format!("/proc/{process}/net/{table}");
            #[expect(clippy::disallowed_methods, reason = "the kernel's own table")]
            match std::fs::read_to_string(path) {
                Ok(text) => ports.extend(text.lines().filter_map(listening)),
                // A machine without the newer protocol.
                Err(error) if table == "tcp6" && error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(ports)
    }

    /// What a port answers to a request for `path`.
    pub(super) fn ask(self, port: u16, path: &str) -> io::Result<Answer> {
        let bytes = match self {
            Self::Shared => said(connect(port)?, path)?,
            Self::Own(process) => match inside(process, || connect(port)) {
                Ok(stream) => said(stream, path)?,
                // The engine of a user who is not root has its containers in a namespace of theirs.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    entry::ask(process, port, path)?
                }
                Err(error) => return Err(error),
            },
        };
        Ok(Answer::understood(&bytes))
    }
}

/// A connection to a port of the network that we are in.
pub(super) fn connect(port: u16) -> io::Result<TcpStream> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, CONNECT)
}

/// The port of a line of the kernel's table, where a program listens on it:
/// `sl local_address:port remote_address:port state …`, numbers in hexadecimal digits.
fn listening(line: &str) -> Option<u16> {
    let mut words = line.split_whitespace();
    let local = words.nth(1)?;
    (words.nth(1)? == "0A").then_some(())?;
    u16::from_str_radix(local.rsplit_once(':')?.1, 16).ok()
}

/// Does something in the network of a process. A thread of its own goes there: it cannot come back.
#[cfg(target_os = "linux")]
fn inside<T: Send>(process: i32, act: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
    use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
    use std::os::fd::AsFd as _;

    let place = std::fs::File::open(format!("/proc/{process}/ns/net"))?;
    let go = || {
        let kind = Some(LinkNameSpaceType::Network);
        move_into_link_name_space(place.as_fd(), kind)?;
        act()
    };
    let done = std::thread::scope(|scope| scope.spawn(go).join());
    done.unwrap_or_else(|_| Err(io::Error::other("the connection panicked")))
}

#[cfg(not(target_os = "linux"))]
fn inside<T: Send>(_process: i32, _act: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_kernel_are_read() {
        let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt";
        assert_eq!(listening(head), None);
        let line = "   0: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000";
        assert_eq!(listening(line), Some(8000));
        let line = "   1: 0100007F:1F40 0100007F:9C40 01 00000000:00000000 00:00000000 00000000";
        assert_eq!(listening(line), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_port_of_this_machine_is_seen_and_reached() {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(Network::Shared.listening().unwrap().contains(&port));
        connect(port).unwrap();
    }
}
