use std::error::Error;
use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};

fn main() -> Result<(), Box<dyn Error>> {
    let host = std::env::var("TLS_HOST")?;
    let mut roots = RootCertStore::empty();
    for cert in rustls_native_certs::load_native_certs().certs {
        roots.add(cert)?;
    }
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut connection =
        ClientConnection::new(Arc::new(config), ServerName::try_from(host.clone())?)?;
    let mut tcp = TcpStream::connect((host.as_str(), 443))?;
    Stream::new(&mut connection, &mut tcp).flush()?;
    println!("{host}: certificate accepted");
    Ok(())
}
