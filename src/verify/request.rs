//! One HTTP request: a path in, exactly as it is written (a client library would tidy it), the
//! parts of the answer that hang on the image out.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// How long a server may take to answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// What is read of an answer, in bytes.
pub(super) const LIMIT: u64 = 4 << 20;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// The status code; `None` where what answers does not speak HTTP.
    pub(super) status: Option<u16>,
    /// Servers take it from a table of types, which an image may lack.
    pub(super) content_type: String,
    /// Where a redirection leads.
    pub(super) location: String,
    /// The body, or all bytes where there is no head.
    pub(super) body: Vec<u8>,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => write!(f, "{status}"),
            None => write!(f, "no HTTP"),
        }
    }
}

/// What is said to a request for `path`, up to [`LIMIT`]. HTTP/1.0, so that the body is what follows
/// the head.
pub(super) fn said(mut stream: TcpStream, path: &str) -> io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET {path} HTTP/1.0\r\nHost: localhost\r\nAccept: */*\r\n\r\n"
    )?;
    let mut bytes = Vec::new();
    // A server that says more than it may, or cuts the line, has answered too.
    let read = stream.take(LIMIT).read_to_end(&mut bytes);
    if bytes.is_empty() {
        read?;
    }
    Ok(bytes)
}

impl Answer {
    /// Takes apart what was said.
    pub(super) fn understood(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        let head = end.and_then(|end| bytes.get(..end)).unwrap_or_default();
        let head = String::from_utf8_lossy(head);
        let status = head.strip_prefix("HTTP/").and_then(|head| {
            let status = head.split_whitespace().nth(1)?;
            status.parse().ok()
        });
        let body = end.filter(|_| status.is_some()).map_or(0, |end| end + 4);
        Self {
            status,
            content_type: header(&head, "content-type"),
            location: header(&head, "location"),
            body: bytes.get(body..).unwrap_or_default().to_vec(),
        }
    }
}

fn header(head: &str, name: &str) -> String {
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    let value = fields.find(|(key, _)| key.eq_ignore_ascii_case(name));
    value
        .map(|(_, value)| value.trim().to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart() {
        let answer = Answer::understood(
            b"HTTP/1.1 302 Found\r\nLOCATION: /x\r\nContent-Type: text/html\r\n\r\nbody",
        );
        assert_eq!(answer.status, Some(302));
        assert_eq!(answer.location, "/x");
        assert_eq!(answer.content_type, "text/html");
        assert_eq!(answer.body, b"body");
    }

    #[test]
    fn bytes_that_are_no_http_are_an_answer_too() {
        let answer = Answer::understood(b"SSH-2.0-x\r\n");
        assert_eq!(
            (answer.status, answer.to_string().as_str()),
            (None, "no HTTP")
        );
        assert_eq!(answer.body, b"SSH-2.0-x\r\n");
        assert_eq!(Answer::understood(&[]).status, None);
    }
}
