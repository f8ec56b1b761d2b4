//! An image and how it is run in, what it did out.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::engine::{Container, Engine, Image};
use super::http::{Answer, get};
use super::tls::Server;
use super::turn::alone_with;
use crate::support::case::{Http, Run};

/// What the stand-ins' environment has so that builds reach package registries from here; the
/// real images lack them.
const STAND_INS_ONLY: [&str; 5] = [
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "UV_SYSTEM_CERTS",
    "COREPACK_INTEGRITY_KEYS",
];

/// A program that neither ends nor answers is given up; `go run` compiles before it serves.
const PATIENCE: Duration = Duration::from_secs(300);

/// The exit code of a killed program.
const KILLED: i32 = 137;

/// What a program did.
pub(crate) enum Seen {
    /// It ended on its own.
    Ended {
        /// With this exit code.
        code: i32,
        /// Having written this.
        stdout: String,
        /// And this beside it.
        stderr: String,
    },
    /// It answered requests until it was stopped.
    Served {
        /// The answers, by path.
        answers: Vec<(String, Answer)>,
        /// Whether it had to be killed.
        killed: bool,
    },
}

impl Seen {
    /// What `self`, the original, did and `other` did not.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        match (self, other) {
            (
                Self::Ended { code, stdout, .. },
                Self::Ended {
                    code: c, stdout: o, ..
                },
            ) => {
                let wrong = if code == c {
                    "standard output"
                } else {
                    "exit code"
                };
                (code != c || stdout != o).then(|| format!("another {wrong}"))
            }
            (
                Self::Served { answers, killed },
                Self::Served {
                    answers: a,
                    killed: k,
                },
            ) => {
                let differs = answers.iter().zip(a).find(|(one, other)| one != other);
                match differs {
                    Some(((path, _), _)) => Some(format!("another answer to {path}")),
                    None if *k && !killed => Some("the stop signal is not heard".to_owned()),
                    None => None,
                }
            }
            _ => Some("one ended, the other served".to_owned()),
        }
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended {
                code,
                stdout,
                stderr,
            } => {
                writeln!(f, "exit code {code}\n{stdout}{stderr}")
            }
            Self::Served { answers, killed } => {
                for (path, answer) in answers {
                    writeln!(f, "{path}: {answer}")?;
                }
                writeln!(
                    f,
                    "stopped {}",
                    if *killed { "by force" } else { "when asked" }
                )
            }
        }
    }
}

/// Runs `image`, which was built by `dockerfile`, as `run` says.
pub(crate) fn start(engine: &Engine, run: &Run, image: &Image, dockerfile: &str) -> Result<Seen> {
    let (mut command, container) = engine.container();
    for (key, value) in &run.env {
        command.arg("--env").arg(format!("{key}={value}"));
    }
    for name in STAND_INS_ONLY {
        if !last_stage(dockerfile).contains(name) {
            command.args(["--unsetenv", name]);
        }
    }
    let server = run.tls.then(|| Server::start(&image.certificates()?));
    let _server = match server.transpose()? {
        Some(server) => {
            command.args(server.options());
            Some(server)
        }
        None => None,
    };
    match &run.http {
        Some(http) => serve(command.arg("--detach"), &container, image, run, http),
        None => end(&mut command, image, run),
    }
}

/// A variable that the file itself sets is the program's own.
fn last_stage(dockerfile: &str) -> &str {
    let from = dockerfile.to_ascii_lowercase().rfind("\nfrom ");
    dockerfile
        .get(from.unwrap_or_default()..)
        .unwrap_or_default()
}

fn end(command: &mut Command, image: &Image, run: &Run) -> Result<Seen> {
    // For a program that waits for something that will not come.
    command.args(["--timeout", "300"]);
    let output = command.arg(image.name()).args(&run.args).output()?;
    Ok(Seen::Ended {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

fn serve(
    command: &mut Command,
    container: &Container,
    image: &Image,
    run: &Run,
    http: &Http,
) -> Result<Seen> {
    let _port = alone_with(&format!("port-{}", http.port))?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, http.port));
    wait(|| Ok(TcpStream::connect(address).is_err()))
        .with_context(|| format!("port {} is taken", http.port))?;
    super::engine::checked(command.arg(image.name()).args(&run.args))?;
    let asked = ask(container, address, http);
    match asked {
        Ok(answers) => {
            let killed = container.stop()? == KILLED;
            Ok(Seen::Served { answers, killed })
        }
        Err(error) => bail!("{error:#}\n-- its log\n{}", container.log()?),
    }
}

fn ask(container: &Container, address: SocketAddr, http: &Http) -> Result<Vec<(String, Answer)>> {
    wait(|| match TcpStream::connect(address) {
        Ok(_) => Ok(true),
        Err(_) if container.is_running()? => Ok(false),
        Err(_) => bail!("the program ended"),
    })?;
    let mut answers = Vec::new();
    for path in &http.paths {
        let answer = get(address, path).with_context(|| path.clone())?;
        answers.push((path.clone(), answer));
    }
    Ok(answers)
}

/// Waits until `ready`, for as long as anybody would.
pub(crate) fn wait(mut ready: impl FnMut() -> Result<bool>) -> Result<()> {
    let begin = Instant::now();
    while !ready()? {
        if begin.elapsed() > PATIENCE {
            bail!("waited in vain");
        }
        sleep(Duration::from_millis(100));
    }
    Ok(())
}
