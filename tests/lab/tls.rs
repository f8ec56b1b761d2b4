//! A TLS server at `https://localhost:18999/` whose authority an image trusts only through its own
//! bundle of certificates.

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::turn::alone_with;
use super::verify::checked;

const PORT: u16 = 18999;
const BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Extensions as strict clients want them.
const CONFIG: &str = "\
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
";

/// The running server; it ends when dropped.
pub(crate) struct Server {
    child: Child,
    folder: TempDir,
    /// The port is nobody else's meanwhile.
    _port: fs::File,
}

impl Server {
    /// Starts the server, and makes a bundle of its authority.
    pub(crate) fn start() -> Result<Self> {
        let port = alone_with(&format!("port-{PORT}"))?;
        let folder = tempfile::Builder::new().prefix("restage-tls-").tempdir()?;
        let place = folder.path();
        fs::write(place.join("openssl.cnf"), CONFIG)?;
        certify(place, "authority", &[])?;
        certify(
            place,
            "server",
            &["-CA", "authority.pem", "-CAkey", "authority.key"],
        )?;
        fs::copy(place.join("authority.pem"), place.join("bundle.crt"))?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab/tls_server.py");
        let child = Command::new("python3")
            .arg(script)
            .args([&PORT.to_string(), "server.pem", "server.key"])
            .current_dir(place)
            .stdin(Stdio::null())
            .spawn()
            .context("python3")?;
        let mut server = Self {
            child,
            folder,
            _port: port,
        };
        wait(|| server.answers())?;
        Ok(server)
    }

    /// Lets containers reach it: they share this machine's network, and their bundle is in the
    /// place of the image's own.
    pub(crate) fn reached_by(&self, wishes: &mut Value) {
        let bundle = self.folder.path().join("bundle.crt");
        wishes["network"] = json!("host");
        wishes["run-opts"] = json!([format!("--volume={}:{BUNDLE}:ro", bundle.display())]);
        wishes["env"]["TLS_URL"] = json!(format!("https://localhost:{PORT}/"));
    }

    fn answers(&mut self) -> Result<bool> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the TLS server ended: {status}");
        }
        Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, PORT)).is_ok())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until `ready`, for as long as a start may take.
fn wait(mut ready: impl FnMut() -> Result<bool>) -> Result<()> {
    let begin = Instant::now();
    while !ready()? {
        if begin.elapsed() > Duration::from_secs(30) {
            bail!("the TLS server does not answer");
        }
        sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Makes `<name>.key` and `<name>.pem` in `place`.
fn certify(place: &Path, name: &str, signer: &[&str]) -> Result<()> {
    let mut command = Command::new("openssl");
    command
        .current_dir(place)
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt"])
        .args(["ec_paramgen_curve:prime256v1", "-noenc", "-days", "2"])
        .args(["-config", "openssl.cnf", "-extensions", name])
        .args(["-subj", &format!("/CN=restage test {name}")])
        .args(["-keyout", &format!("{name}.key")])
        .args(["-out", &format!("{name}.pem")])
        .args(signer);
    checked(&mut command)?;
    // The containers' users are not root.
    fs::set_permissions(place, fs::Permissions::from_mode(0o755))?;
    Ok(())
}
