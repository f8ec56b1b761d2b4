//! Shards: a run over a large checkout is divided among machines that know nothing of each other.
//! `I/N` in, for a path the answer out whether it belongs to the shard.

use std::num::NonZeroU64;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// One part of N. Each path is in exactly one of the N parts, and in which one hangs on the path
/// and N alone: files that come or go move no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which part, counted from 1.
    index: u64,
    /// How many parts there are.
    count: NonZeroU64,
}

impl Shard {
    /// Whether the file at `path` (from the root of its work tree, with `/`) is in this part: the
    /// first eight bytes of the path's SHA-256, as a big-endian number, modulo N, are I - 1.
    pub fn holds(self, path: &str) -> bool {
        let number = Sha256::digest(path)
            .iter()
            .take(8)
            .fold(0, |number: u64, byte| (number << 8) | u64::from(*byte));
        number % self.count == self.index - 1
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(index, count)| {
            Some((
                index.parse::<u64>().ok()?,
                count.parse::<NonZeroU64>().ok()?,
            ))
        });
        match parts {
            Some((index, count)) if (1..=count.get()).contains(&index) => Ok(Self { index, count }),
            _ => Err("expected I/N with I from 1 to N, such as `2/8`".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(text: &str) -> Shard {
        text.parse().unwrap()
    }

    #[test]
    fn every_path_is_in_one_part_and_parts_are_of_like_size() {
        for count in [1, 2, 7, 16] {
            let mut sizes = vec![0_usize; count];
            for number in 0..2000 {
                let path = format!("services/{number}/Dockerfile");
                let parts = (1..=count).map(|index| shard(&format!("{index}/{count}")));
                let holders: Vec<_> = parts
                    .enumerate()
                    .filter(|(_, it)| it.holds(&path))
                    .collect();
                assert_eq!(holders.len(), 1, "{path}");
                sizes[holders[0].0] += 1;
            }
            let fair = 2000 / count;
            assert!(
                sizes.iter().all(|size| size.abs_diff(fair) < fair / 3),
                "{sizes:?}"
            );
        }
    }

    #[test]
    fn the_part_of_a_path_is_the_same_in_every_version() {
        // `printf services/api/Dockerfile | sha256sum` begins with 472e9435ffcd0467.
        assert_eq!(0x472e_9435_ffcd_0467_u64 % 1000, 255);
        assert!(shard("256/1000").holds("services/api/Dockerfile"));
        assert!(shard("933/1000").holds("Dockerfile"));
    }

    #[test]
    fn what_is_no_part_is_refused() {
        for wrong in [
            "", "1", "0/2", "3/2", "1/0", "a/2", "1/2/3", "-1/2", "1/", "/2",
        ] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
