//! Which interpreter uv takes. In: what the project asks for, and the base image. Out: nothing where
//! that is the image's own, else a decline: uv would fetch another one into a place beside the project.
//!
//! Source: uv's documentation of Python versions: `.python-version` and `requires-python` are asked
//! for, an installed interpreter is taken where it answers to them.

use super::super::distribution;
use crate::knowledge::tag_shape::Version;
use crate::outcome::{Code, Decline};
use crate::plan::build::Build;

/// Declines where the interpreter of the base image may not be taken.
pub(super) fn check(
    build: &Build<'_>,
    pinned: Option<(String, &str)>,
    requires: Option<&str>,
    line: usize,
) -> Result<(), Decline> {
    let Some(version) = distribution::version(build) else {
        return Ok(());
    };
    let declined = |asked: &str, place: &str| {
        let message = format!(
            "`{place}` asks for Python {asked}, and `{}` has another one: uv would fetch its own",
            build.base.written
        );
        Err(Decline::new(Code::UnsupportedProject, message)
            .at(line)
            .hint("name the version of the base image"))
    };
    if let Some((file, text)) = pinned {
        let asked = text
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty() && !line.starts_with('#'));
        if let Some(asked) = asked.filter(|asked| !is_same(version, asked)) {
            return declined(asked, &file);
        }
    }
    match requires {
        Some(requires) if !allows(version, requires) => declined(requires, "requires-python"),
        _ => Ok(()),
    }
}

/// Whether a pin names the version of the image, as far as its tag tells it.
fn is_same(version: Version, pin: &str) -> bool {
    let pin = pin.strip_prefix("cpython-").unwrap_or(pin);
    let pin = pin.split(['-', '@']).next().unwrap_or(pin);
    let Some(asked) = Version::parse(pin) else {
        return false;
    };
    let agrees = |asked: Option<u32>, known: Option<u32>| match (asked, known) {
        (None, _) => true,
        (asked, known) => asked == known,
    };
    asked.major == version.major
        && agrees(asked.minor, version.minor)
        && agrees(asked.patch, version.patch)
}

/// Whether specifiers let the version of the image through. What hangs on a patch that the tag does
/// not tell is let through, unless it names one. Source: PEP 440, "Version specifiers".
fn allows(version: Version, specifiers: &str) -> bool {
    specifiers.split(',').map(str::trim).all(|clause| {
        let end = clause.find(|c: char| c.is_ascii_digit());
        let (operator, number) = clause.split_at(end.unwrap_or(clause.len()));
        let is_prefix = number.ends_with(".*");
        let Some(asked) = Version::parse(number.trim_end_matches(".*").trim()) else {
            return true;
        };
        let Some(minor) = version.minor else {
            return asked.minor.is_none();
        };
        let own = (version.major, minor);
        let other = (asked.major, asked.minor.unwrap_or(0));
        match operator.trim() {
            ">" if asked.patch.is_none() => own > other,
            ">" | ">=" => own >= other,
            "<" if asked.patch.is_none() => own < other,
            "<" | "<=" => own <= other,
            "==" if is_prefix => own == other,
            "==" | "===" => is_same(version, number),
            // `~=3.12` lets all of 3 from 3.12 on through, `~=3.12.1` all of 3.12.
            "~=" if asked.patch.is_none() => own.0 == other.0 && own >= other,
            "~=" => own == other,
            "!=" if is_prefix => own != other,
            _ => true,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn pins_name_what_the_tag_tells() {
        for (tag, pin, same) in [
            ("3.12", "3.12", true),
            ("3.12", "3", true),
            ("3.12", "cpython-3.12-linux", true),
            ("3.12", "3.13", false),
            ("3.12", "3.12.4", false),
            ("3.12.4", "3.12.4", true),
            ("3", "3.12", false),
            ("3.12", "pypy", false),
        ] {
            assert_eq!(is_same(version(tag), pin), same, "{tag} {pin}");
        }
    }

    #[test]
    fn specifiers_are_held_against_the_minor() {
        for (specifiers, allowed) in [
            (">=3.11", true),
            (">=3.12,<4", true),
            (">=3.13", false),
            ("<3.12", false),
            ("<=3.12.3", true),
            ("==3.12.*", true),
            ("==3.12.4", false),
            ("~=3.11", true),
            ("~=3.11.2", false),
            ("!=3.12.*", false),
        ] {
            assert_eq!(allows(version("3.12"), specifiers), allowed, "{specifiers}");
        }
    }
}
