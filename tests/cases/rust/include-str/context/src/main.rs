use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

const INDEX: &str = include_str!("../assets/index.html");

fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("0.0.0.0:18102")?;
    for stream in listener.incoming() {
        let mut stream = stream?;
        // A client that goes away in the middle is none of the server's business.
        for line in BufReader::new(stream.try_clone()?)
            .lines()
            .map_while(Result::ok)
        {
            if line.is_empty() {
                break;
            }
        }
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{INDEX}",
            INDEX.len()
        );
    }
    Ok(())
}
