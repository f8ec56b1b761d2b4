//! One value of a YAML file as a [`Node`]: events of the library in, a tree out, with a limit on
//! what aliases make of it and an error for a key that stands twice.

use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{
    DeserializeSeed, EnumAccess, Error as _, MapAccess, SeqAccess, VariantAccess as _, Visitor,
};

use super::Node;

/// The most nodes that one file may have, aliases replaced by what they stand for.
pub(super) const MAX_NODES: usize = 100_000;

/// Reads one value, and counts it.
#[derive(Clone, Copy)]
pub(super) struct Reader<'l> {
    pub(super) left: &'l Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Node;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Reader<'_> {
    fn count<E: serde::de::Error>(self) -> Result<(), E> {
        let left = self.left.get().checked_sub(1);
        let left = left.ok_or_else(|| {
            E::custom(format!(
                "more than {MAX_NODES} values, aliases replaced by what they stand for"
            ))
        })?;
        self.left.set(left);
        Ok(())
    }

    fn scalar<E: serde::de::Error>(self, text: impl fmt::Display) -> Result<Node, E> {
        self.count()?;
        Ok(Node::Text(text.to_string()))
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Node, E> {
        self.scalar(value)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Node, E> {
        self.scalar(value)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Node, E> {
        self.scalar(value)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Node, E> {
        self.scalar(value)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Node, E> {
        self.scalar(value)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Node, E> {
        self.count()?;
        Ok(Node::Null)
    }

    /// What an empty file holds.
    fn visit_none<E: serde::de::Error>(self) -> Result<Node, E> {
        self.visit_unit()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        self.count()?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        self.count()?;
        let mut entries: Vec<(String, Node)> = Vec::new();
        let mut merged = Vec::new();
        let mut seen = HashSet::new();
        while let Some(key) = access.next_key_seed(Key { seen: &mut seen })? {
            let value = access.next_value_seed(self)?;
            match (key.as_str(), value) {
                ("<<", Node::List(maps)) => merged.extend(maps),
                ("<<", value) => merged.push(value),
                (_, value) => entries.push((key, value)),
            }
        }
        // What the mapping itself says wins, and then the first of those merged into it.
        for node in merged {
            let Node::Map(more) = node else {
                return Err(A::Error::custom(
                    "`<<` merges something other than mappings",
                ));
            };
            entries.extend(more.into_iter().filter(|(key, _)| seen.insert(key.clone())));
        }
        Ok(Node::Map(entries))
    }

    /// A value with a tag: the value, but for `!reset` of compose, which takes the value away.
    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Node, A::Error> {
        let (tag, value) = access.variant::<String>()?;
        let node = value.newtype_variant_seed(self)?;
        Ok(if tag.trim_start_matches('!') == "reset" {
            Node::Null
        } else {
            node
        })
    }
}

/// Reads a key that has not been seen.
struct Key<'s> {
    seen: &'s mut HashSet<String>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text as key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<String, E> {
        if key != "<<" && !self.seen.insert(key.to_owned()) {
            return Err(E::custom(format!("the key `{key}` stands twice")));
        }
        Ok(key.to_owned())
    }
}
