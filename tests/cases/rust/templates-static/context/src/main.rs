use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

fn title() -> String {
    let settings = fs::read_to_string("Site.toml").unwrap_or_default();
    settings
        .lines()
        .find_map(|line| line.strip_prefix("title = "))
        .map(|value| value.trim_matches('"').to_owned())
        .unwrap_or_else(|| "untitled".into())
}

fn page(path: &str) -> io::Result<Vec<u8>> {
    if path == "/" {
        let template = fs::read_to_string("templates/index.html")?;
        return Ok(template.replace("{{title}}", &title()).into_bytes());
    }
    match path.strip_prefix("/static/") {
        Some(name) if !name.contains("..") => fs::read(Path::new("static").join(name)),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

fn answer(mut stream: TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let (status, body) = match page(request.split(' ').nth(1).unwrap_or("/")) {
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", b"not found\n".to_vec()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)
}

fn main() -> io::Result<()> {
    let address = env::var("SITE_ADDRESS").unwrap_or_else(|_| "127.0.0.1".into());
    let port = env::var("SITE_PORT").unwrap_or_else(|_| "8000".into());
    let listener = TcpListener::bind(format!("{address}:{port}"))?;
    for stream in listener.incoming() {
        if let Err(error) = answer(stream?) {
            eprintln!("{error}");
        }
    }
    Ok(())
}
