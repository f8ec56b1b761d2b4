//! A server in a network that belongs to a user namespace, as the engines of users who are not root
//! make them: restage asks it by a process of its own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use super::verify::{both, checked};

/// Brings its loopback up, answers one request after another with the path, and tells its port when
/// it listens.
const SERVER: &str = r#"
import fcntl, http.server, socket, struct
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
with socket.socket() as any:
    fcntl.ioctl(any, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"asked for " + self.path.encode())
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"#;

/// The server; it ends when dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Asks a server in a namespace of its own.
pub(crate) fn ask_in_a_namespace() -> Result<()> {
    let mut command = Command::new("unshare");
    command.args([
        "--user",
        "--map-root-user",
        "--net",
        "python3",
        "-c",
        SERVER,
    ]);
    let mut server = Server(command.stdout(Stdio::piped()).spawn().context("unshare")?);
    let out = server.0.stdout.take().context("no output")?;
    let mut port = String::new();
    BufReader::new(out).read_line(&mut port)?;
    let process = server.0.id().to_string();
    let ask = |port: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_restage"));
        command.args(["ask", "--", &process, port, "/a?b=c"]);
        command
    };
    let said = checked(&mut ask(port.trim()))?;
    let text = String::from_utf8_lossy(&said.stdout);
    ensure!(text.starts_with("HTTP/1.0 200 "), "{text}");
    ensure!(text.ends_with("asked for /a?b=c"), "{text}");
    let closed = ask("1").output()?;
    ensure!(closed.status.code() == Some(2), "{}", closed.status);
    ensure!(both(&closed).contains("refused"), "{}", both(&closed));
    Ok(())
}
