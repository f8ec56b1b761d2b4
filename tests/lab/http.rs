//! One HTTP request: a path in exactly as it is written (a client library would tidy it), the
//! parts of the answer that depend on the image out.

use std::fmt;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result};

/// An answer.
#[derive(PartialEq, Eq)]
pub(crate) struct Answer {
    status: String,
    /// Servers take it from a table of types, which an image may lack.
    content_type: String,
    location: String,
    body: Vec<u8>,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body: String = String::from_utf8_lossy(&self.body)
            .chars()
            .take(2000)
            .collect();
        let Self {
            status,
            content_type,
            location,
            ..
        } = self;
        write!(f, "{status} [{content_type}] {location}\n{body}")
    }
}

/// Gets `path` from the server at `address`. HTTP/1.0, so that the body is what follows the head.
pub(crate) fn get(address: SocketAddr, path: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    write!(
        stream,
        "GET {path} HTTP/1.0\r\nHost: {address}\r\nAccept: */*\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let end = end.context("the answer has no head")?;
    let (head, body) = answer.split_at(end);
    let head = String::from_utf8_lossy(head);
    let status = head.split_whitespace().nth(1).context("no status")?;
    Ok(Answer {
        status: status.to_owned(),
        content_type: header(&head, "content-type"),
        location: header(&head, "location"),
        body: body.get(4..).unwrap_or_default().to_vec(),
    })
}

fn header(head: &str, name: &str) -> String {
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    let value = fields.find(|(key, _)| key.eq_ignore_ascii_case(name));
    value
        .map(|(_, value)| value.trim().to_owned())
        .unwrap_or_default()
}
