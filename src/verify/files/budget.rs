//! A reader that ends with an error where a tar archive asks for more than it may between two of
//! its entries: a name of gigabytes would otherwise be taken into memory.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// How many bytes may be read from a stream until the next grant.
#[derive(Debug, Clone, Default)]
pub(super) struct Budget(Rc<Cell<u64>>);

impl Budget {
    /// Allows that many bytes from here.
    pub(super) fn grant(&self, bytes: u64) {
        self.0.set(bytes);
    }

    /// `inner`, held to this budget.
    pub(super) fn hold<R: Read>(&self, inner: R) -> Held<R> {
        Held {
            inner,
            budget: self.clone(),
        }
    }
}

/// A stream that is held to a budget.
#[derive(Debug)]
pub(super) struct Held<R> {
    inner: R,
    budget: Budget,
}

impl<R: Read> Read for Held<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.budget.0.get();
        let most = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        if most == 0 && !buffer.is_empty() {
            return Err(io::Error::other("the headers of an entry are too long"));
        }
        let read = self.inner.read(&mut buffer[..most])?;
        self.budget.0.set(left.saturating_sub(read as u64));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_granted_is_read_and_no_more() {
        let budget = Budget::default();
        let mut held = budget.hold([7_u8; 8].as_slice());
        budget.grant(5);
        let mut read = Vec::new();
        assert!(held.read_to_end(&mut read).is_err());
        assert_eq!(read.len(), 5);
        budget.grant(5);
        assert!(held.read_to_end(&mut read).is_ok());
        assert_eq!(read.len(), 8);
    }
}
