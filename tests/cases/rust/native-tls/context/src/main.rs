//! Fetches `$TLS_URL`, which is `https://host:port/path`, and prints the body.

use std::env;
use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;

use native_tls::TlsConnector;

fn main() -> Result<(), Box<dyn Error>> {
    let url = env::var("TLS_URL")?;
    let rest = url.strip_prefix("https://").ok_or("not an https address")?;
    let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = place.split_once(':').unwrap_or((place, "443"));

    let tcp = TcpStream::connect((host, port.parse()?))?;
    let mut tls = TlsConnector::new()?.connect(host, tcp)?;
    write!(tls, "GET /{path} HTTP/1.0\r\nHost: {host}\r\n\r\n")?;

    let mut answer = Vec::new();
    tls.read_to_end(&mut answer)?;
    let text = String::from_utf8_lossy(&answer);
    let (head, body) = text.split_once("\r\n\r\n").ok_or("no body")?;
    println!("{} {body}", head.split(' ').nth(1).unwrap_or("?"));
    Ok(())
}
