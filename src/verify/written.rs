//! What a program writes in, the end of it out, each line told as soon as it is there.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read};

/// A longer line is told in parts.
const LINE: u64 = 64 * 1024;

/// Who hears each line that a program writes, as soon as it does.
pub(super) type Listener<'l> = &'l (dyn Fn(&str) + Sync);

/// What a program wrote, up to a limit: the last bytes of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Written {
    bytes: VecDeque<u8>,
    limit: usize,
}

impl Written {
    pub(super) fn up_to(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
        let over = self.bytes.len().saturating_sub(self.limit);
        self.bytes.drain(..over);
    }

    /// It as it was written.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let (one, other) = self.bytes.as_slices();
        [one, other].concat()
    }

    /// It as text, with a mark in place of what is none.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }
}

/// Reads a stream to its end.
pub(super) fn heard(stream: Option<impl Read>, keep: usize, listener: Listener<'_>) -> Written {
    let mut written = Written::up_to(keep);
    let Some(stream) = stream else { return written };
    let mut stream = BufReader::new(stream);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = Read::by_ref(&mut stream)
            .take(LINE)
            .read_until(b'\n', &mut line);
        if !matches!(read, Ok(1..)) {
            return written;
        }
        written.push(&line);
        listener(String::from_utf8_lossy(&line).trim_end());
    }
}
