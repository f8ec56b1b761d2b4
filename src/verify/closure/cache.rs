//! The cache of glibc's loader: in goes `/etc/ld.so.cache`, out come the paths of the libraries
//! in it, by name. The loader never reads `ld.so.conf`: a library in a folder of that file is
//! found only when `ldconfig` has run after it was put there.
//!
//! The format is `struct cache_file_new` of glibc's `sysdeps/generic/dl-cache.h`. Before
//! glibc 2.32 a table of the older format stands before it.

use std::collections::HashMap;

/// What the table begins with.
const MAGIC: &[u8] = b"glibc-ld.so.cache1.1";

/// Bytes from the magic to the first entry.
const HEADER: usize = 48;

/// Bytes of an entry: flags, name, path, two that are not asked for.
const ENTRY: usize = 24;

/// Where in the header the byte order stands, and its value for big-endian.
const FLAGS: usize = 28;
const BIG_ENDIAN: u8 = 3;

/// The paths of the libraries in a cache, by name; empty where there is none.
pub(super) fn libraries(bytes: &[u8]) -> HashMap<String, Vec<String>> {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    let Some(start) = memchr::memmem::find(bytes, MAGIC) else {
        return found;
    };
    let table = Table(&bytes[start..]);
    let count = table.number(MAGIC.len()).unwrap_or(0);
    for at in 0..count {
        let entry = at.saturating_mul(ENTRY).saturating_add(HEADER);
        let text = |offset: usize| table.text(table.number(entry + offset)?);
        let (Some(name), Some(path)) = (text(4), text(8)) else {
            break;
        };
        found.entry(name).or_default().push(path);
    }
    found
}

/// The table; offsets of texts count from its start.
struct Table<'a>(&'a [u8]);

impl Table<'_> {
    fn number(&self, at: usize) -> Option<usize> {
        let bytes: [u8; 4] = self.0.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let big = self
            .0
            .get(FLAGS)
            .is_some_and(|flags| flags & 3 == BIG_ENDIAN);
        let number = if big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        };
        usize::try_from(number).ok()
    }

    fn text(&self, at: usize) -> Option<String> {
        let rest = self.0.get(at..)?;
        let end = memchr::memchr(0, rest)?;
        (end <= super::loader::LONGEST).then(|| String::from_utf8_lossy(&rest[..end]).into_owned())
    }
}
