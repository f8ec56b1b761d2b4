use std::error::Error;
use std::net::TcpStream;

use native_tls::TlsConnector;

fn main() -> Result<(), Box<dyn Error>> {
    let host = std::env::var("TLS_HOST").unwrap_or_else(|_| "example.org".into());
    let tcp = TcpStream::connect((host.as_str(), 443))?;
    TlsConnector::new()?.connect(&host, tcp)?;
    println!("{host}: certificate accepted");
    Ok(())
}
