//! The bytes of one Dockerfile, from a path or a stream, checked before anything interprets them.
//! Out comes an [`Input`]: text, and the byte order mark apart from it.

use std::fmt;
use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::Path;

/// The most bytes that a Dockerfile may have.
pub const LIMIT: u64 = 1024 * 1024;

const BOM: char = '\u{feff}';

/// The text of a Dockerfile that holds at least one line with an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    whole: String,
}

/// Why a Dockerfile cannot be read. Shown behind the file's path.
#[derive(Debug)]
pub enum InputError {
    /// The operating system says no.
    Io(io::Error),
    /// The path leads to something other than a file; what, in words.
    NotAFile(&'static str),
    /// There are more bytes than [`LIMIT`].
    TooLarge,
    /// The file begins with the byte order mark of UTF-16.
    Utf16,
    /// The first byte that is not UTF-8 is on this line (counted from 1).
    NotUtf8(usize),
    /// A NUL byte is on this line (counted from 1).
    Binary(usize),
    /// The file has no bytes, or blank lines only.
    Empty,
    /// The file has comments only.
    OnlyComments,
}

impl Input {
    /// Checks `bytes`: UTF-8 without NUL, at most [`LIMIT`], and more than comments.
    pub fn new(bytes: Vec<u8>) -> Result<Self, InputError> {
        if u64::try_from(bytes.len()).is_ok_and(|length| length > LIMIT) {
            return Err(InputError::TooLarge);
        }
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(InputError::Utf16);
        }
        let whole = String::from_utf8(bytes).map_err(|error| {
            InputError::NotUtf8(line_at(error.as_bytes(), error.utf8_error().valid_up_to()))
        })?;
        if let Some(at) = memchr::memchr(0, whole.as_bytes()) {
            return Err(InputError::Binary(line_at(whole.as_bytes(), at)));
        }
        let input = Self { whole };
        // A bare carriage return ends a line here, so that a file with only those is not taken
        // for one long comment; the core has an answer for it.
        let mut lines = input
            .text()
            .split(['\n', '\r'])
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .peekable();
        if lines.peek().is_none() {
            return Err(InputError::Empty);
        }
        if lines.all(|line| line.starts_with('#')) {
            return Err(InputError::OnlyComments);
        }
        Ok(input)
    }

    /// The text without a byte order mark, line ends as they are.
    pub fn text(&self) -> &str {
        self.whole.strip_prefix(BOM).unwrap_or(&self.whole)
    }

    /// The text as it is in the file, byte order mark included.
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// What the file holds once `text` stands in place of [`Input::text`].
    pub fn with_text(&self, text: &str) -> String {
        let bom = if self.whole.starts_with(BOM) {
            "\u{feff}"
        } else {
            ""
        };
        format!("{bom}{text}")
    }
}

/// Reads and checks the file at `path`; links are followed.
pub fn from_file(path: &Path) -> Result<Input, InputError> {
    Input::new(bytes_of(path)?)
}

/// Reads a stream to its end and checks what came.
pub fn from_stream(stream: impl Read) -> Result<Input, InputError> {
    Input::new(read_limited(stream, 0)?)
}

/// The bytes of a regular file no larger than [`LIMIT`]. The kind is looked at before the file is
/// opened, because opening a FIFO waits for a writer.
pub fn bytes_of(path: &Path) -> Result<Vec<u8>, InputError> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(InputError::NotAFile(kind(metadata.file_type())));
    }
    if metadata.len() > LIMIT {
        return Err(InputError::TooLarge);
    }
    read_limited(File::open(path)?, metadata.len())
}

/// Reads a stream that most likely has `length` bytes: with room for one more, two reads are enough.
fn read_limited(stream: impl Read, length: u64) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
    stream.take(LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The line (counted from 1) that byte `at` is on.
fn line_at(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or(bytes);
    memchr::memchr_iter(b'\n', before).count() + 1
}

#[cfg(unix)]
fn kind(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a FIFO"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn kind(kind: FileType) -> &'static str {
    if kind.is_dir() {
        "a folder"
    } else {
        "a device"
    }
}

impl From<io::Error> for InputError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => f.write_str(&io_reason(error)),
            Self::NotAFile(kind) => {
                write!(f, "is {kind}, not a file; pass `-` to read standard input")
            }
            Self::TooLarge => write!(
                f,
                "is larger than {} MiB, the limit for a Dockerfile",
                LIMIT >> 20
            ),
            Self::Utf16 => f.write_str("is UTF-16; save it as UTF-8"),
            Self::NotUtf8(line) => write!(f, "is not UTF-8 (line {line})"),
            Self::Binary(line) => write!(f, "is not a text file (NUL byte on line {line})"),
            Self::Empty => f.write_str("is empty"),
            Self::OnlyComments => f.write_str("has comments only, no instruction"),
        }
    }
}

/// An operating system's refusal in a few words, without its error number where the words are ours,
/// and without the name of a temporary file.
pub fn io_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::StorageFull => "no space is left on the disk".to_owned(),
        io::ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        io::ErrorKind::FileTooLarge => "the file would be too large".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        io::ErrorKind::IsADirectory => "is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "a part of the path is not a folder".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(bytes: &[u8]) -> String {
        Input::new(bytes.to_vec()).unwrap_err().to_string()
    }

    #[test]
    fn a_byte_order_mark_is_kept_apart_and_put_back() {
        let input = Input::new("\u{feff}FROM a\r\n".into()).unwrap();
        assert_eq!(input.text(), "FROM a\r\n");
        assert_eq!(input.with_text("FROM b"), "\u{feff}FROM b");
        let plain = Input::new("FROM a".into()).unwrap();
        assert_eq!(plain.with_text("FROM b"), "FROM b");
    }

    #[test]
    fn what_is_no_dockerfile_is_refused_with_its_reason() {
        assert_eq!(reason(b""), "is empty");
        assert_eq!(reason("\u{feff}\n \t\r\n".as_bytes()), "is empty");
        assert_eq!(reason(b"# a\n\n  # b"), "has comments only, no instruction");
        assert_eq!(reason(b"FROM a\nRUN \xff"), "is not UTF-8 (line 2)");
        assert_eq!(
            reason(b"FROM a\n\nRUN \0"),
            "is not a text file (NUL byte on line 3)"
        );
        assert_eq!(reason(b"\xff\xfeF\0R\0"), "is UTF-16; save it as UTF-8");
        assert_eq!(reason(b"\xfe\xff\0F\0R"), "is UTF-16; save it as UTF-8");
    }

    #[test]
    fn carriage_returns_alone_are_left_to_the_core() {
        assert!(Input::new(b"# a\rFROM b\r".to_vec()).is_ok());
    }

    #[test]
    fn the_limit_counts_bytes_whatever_their_source() {
        let endless = io::repeat(b'F');
        assert!(matches!(from_stream(endless), Err(InputError::TooLarge)));
        let most = vec![b'F'; usize::try_from(LIMIT).unwrap()];
        assert!(Input::new(most).is_ok());
    }

    #[test]
    fn refusals_of_the_system_are_said_in_words() {
        let denied = InputError::from(io::Error::from(io::ErrorKind::PermissionDenied));
        assert_eq!(denied.to_string(), "permission denied");
    }
}
