//! Values of a configuration that have a text form: the text in, the value out, or what was
//! expected, at the value's own place in the file.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Unexpected, Visitor};

use crate::options::{Cache, Runtime, User};
use crate::outcome::Code;
use crate::toolchain;

/// The name of a toolchain that exists.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Toolchain(pub(super) String);

/// A value that is read from its text form, with an error at its own place in the file.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name<T>(pub(super) T);

/// What a text form is read as.
pub(super) trait Named: Sized {
    /// What is expected, for the error.
    fn expected() -> String;

    /// The value of that text.
    fn of(text: &str) -> Option<Self>;
}

impl Named for Runtime {
    fn expected() -> String {
        let names = Runtime::ALL.map(Runtime::as_str);
        format!("one of {}", names.join(", "))
    }

    fn of(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Named for User {
    fn expected() -> String {
        "`nonroot`, `keep`, or numbers as UID or UID:GID".to_owned()
    }

    fn of(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Named for Cache {
    fn expected() -> String {
        let names = Cache::ALL.map(Cache::as_str);
        format!("one of {}", names.join(", "))
    }

    fn of(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Named for Code {
    fn expected() -> String {
        "a code of `restage explain`".to_owned()
    }

    fn of(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Named for Toolchain {
    fn expected() -> String {
        let names: Vec<_> = toolchain::ALL.iter().map(|known| known.name()).collect();
        format!("one of {}", names.join(", "))
    }

    fn of(text: &str) -> Option<Self> {
        let known = toolchain::ALL.iter().any(|known| known.name() == text);
        known.then(|| Self(text.to_owned()))
    }
}

impl<'de, T: Named> Deserialize<'de> for Name<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text<T>(std::marker::PhantomData<T>);

        impl<T: Named> Visitor<'_> for Text<T> {
            type Value = Name<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&T::expected())
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Name<T>, E> {
                T::of(text)
                    .map(Name)
                    .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
            }

            /// A user id without a group is a number to YAML.
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Name<T>, E> {
                T::of(&number.to_string())
                    .map(Name)
                    .ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
            }
        }

        deserializer.deserialize_any(Text(std::marker::PhantomData))
    }
}
