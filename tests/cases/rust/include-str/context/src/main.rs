use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

const INDEX: &str = include_str!("../assets/index.html");

fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("0.0.0.0:18102")?;
    for stream in listener.incoming() {
        let mut stream = stream?;
        for line in BufReader::new(stream.try_clone()?).lines() {
            if line?.is_empty() {
                break;
            }
        }
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{INDEX}",
            INDEX.len()
        )?;
    }
    Ok(())
}
