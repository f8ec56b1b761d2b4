use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip_while(|arg| arg != "--bind").skip(1);
    let address = args.next().unwrap_or_else(|| "127.0.0.1:8000".into());
    for stream in TcpListener::bind(address)?.incoming() {
        // A client that goes away in the middle is none of the server's business.
        let _ = echo(stream?);
    }
    Ok(())
}

fn echo(mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = String::new();
    let mut reader = BufReader::new(stream.try_clone()?);
    reader.read_line(&mut request)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{request}",
        request.len()
    )
}
