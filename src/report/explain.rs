//! `restage explain`: the codes and what they mean, as text for standard output.

use std::fmt::Write as _;

use crate::outcome::{Class, Code};

/// What `code` means and what to do about it.
pub fn explain(code: Code) -> String {
    let class = class_name(code.class());
    format!(
        "{class}[{code}]: {}\n\n{}\n",
        code.summary(),
        code.explanation()
    )
}

/// Every code with its summary, one on a line.
pub fn list_codes() -> String {
    let width = Code::ALL
        .iter()
        .map(|code| code.as_str().len())
        .max()
        .unwrap_or_default();
    let mut list = String::new();
    for class in [Class::Unchanged, Class::Declined] {
        let gap = if list.is_empty() { "" } else { "\n" };
        writeln!(list, "{gap}{}:", class_name(class)).unwrap_or_default();
        for code in Code::ALL.iter().filter(|code| code.class() == class) {
            writeln!(list, "  {code:width$}  {}", code.summary()).unwrap_or_default();
        }
    }
    list
}

/// The message for a name that is no code's.
pub fn unknown_code(name: &str) -> String {
    let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    format!("no code `{name}`; the codes are {}", codes.join(", "))
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Unchanged => "unchanged",
        Class::Declined => "declined",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_listed_once_and_aligned() {
        let list = list_codes();
        for code in Code::ALL {
            let row = format!("  {code:23}  {}\n", code.summary());
            assert_eq!(list.matches(&row).count(), 1, "{row}");
        }
        assert!(list.starts_with("unchanged:\n") && list.contains("\n\ndeclined:\n"));
    }
}
