//! Where a value stands: the steps that lead to it in, its line out.
//!
//! The library tells places in errors alone, so the way is followed by a reader that fails at its
//! end. That is exact in every style of YAML, and costs one more reading of the file.

use std::fmt;

use serde::de::{
    DeserializeSeed, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess as _, Visitor,
};
use serde_yaml::Deserializer;

use super::Step;

/// The line (counted from 1) in the first document where the last of `steps` stands that is
/// there: a key's own line, and that of an item's beginning.
pub fn line_of(text: &str, steps: &[Step<'_>]) -> Option<usize> {
    (1..=steps.len()).rev().find_map(|length| {
        let steps = steps.get(..length)?;
        let document = Deserializer::from_str(text).next()?;
        let error = Seeker { steps }.deserialize(document).err()?;
        let found = error.to_string().contains(FOUND);
        found.then(|| error.location().map(|place| place.line()))?
    })
}

/// The message of the error that marks a place: the library tells positions in errors alone.
const FOUND: &str = "this is the place";

/// Fails at the place that `steps` lead to.
#[derive(Clone, Copy)]
struct Seeker<'s> {
    steps: &'s [Step<'s>],
}

impl<'de> DeserializeSeed<'de> for Seeker<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Seeker<'_> {
    /// A scalar ends the way, or it is the place.
    fn scalar<E: serde::de::Error>(self) -> Result<(), E> {
        if self.steps.is_empty() {
            Err(E::custom(FOUND))
        } else {
            Ok(())
        }
    }
}

impl<'de> Visitor<'de> for Seeker<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        self.scalar()
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        self.scalar()
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.scalar()
    }

    /// What an empty file holds.
    fn visit_none<E: serde::de::Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let Some((Step::Item(wanted), rest)) = self.steps.split_first() else {
            self.scalar::<A::Error>()?;
            while access.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        };
        let mut index = 0;
        loop {
            let more = if index == *wanted {
                access.next_element_seed(Seeker { steps: rest })?.is_some()
            } else {
                access.next_element::<IgnoredAny>()?.is_some()
            };
            if !more {
                return Ok(());
            }
            index += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let (wanted, rest) = match self.steps.split_first() {
            Some((Step::Key(wanted), rest)) => (Some(*wanted), rest),
            Some(_) => (None, self.steps),
            None => return self.scalar(),
        };
        let sought = SoughtKey {
            wanted,
            is_place: rest.is_empty(),
        };
        while let Some(is_it) = access.next_key_seed(sought)? {
            if is_it {
                access.next_value_seed(Seeker { steps: rest })?;
            } else {
                access.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<(), A::Error> {
        let (_, value) = access.variant::<String>()?;
        value.newtype_variant_seed(self)
    }
}

/// Tells whether a key is the one that is wanted; fails at it where it is the place itself.
#[derive(Clone, Copy)]
struct SoughtKey<'s> {
    wanted: Option<&'s str>,
    is_place: bool,
}

impl<'de> DeserializeSeed<'de> for SoughtKey<'_> {
    type Value = bool;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for SoughtKey<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text as key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<bool, E> {
        let is_it = self.wanted == Some(key);
        if is_it && self.is_place {
            return Err(E::custom(FOUND));
        }
        Ok(is_it)
    }
}
