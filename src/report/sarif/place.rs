//! Where a result is: files as SARIF's addresses.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::report::model::File;

/// The name for the root of the work tree, by the custom of those who read SARIF.
pub(super) const ROOT: &str = "%SRCROOT%";

/// The locations of a result about `line` (counted from 1) of `file`; none for standard input.
pub(super) fn locations(file: &File<'_>, line: Option<usize>) -> Vec<Value> {
    let Some(artifact) = artifact(file) else {
        return Vec::new();
    };
    let mut place = json!({ "artifactLocation": artifact });
    if let Some(line) = line {
        place["region"] = json!({ "startLine": line });
    }
    vec![json!({ "physicalLocation": place })]
}

/// The address of a file; `None` for standard input.
pub(super) fn artifact(file: &File<'_>) -> Option<Value> {
    let path = file.from_root();
    if file.repository_path.is_none() && path == "<stdin>" {
        return None;
    }
    Some(if path.starts_with('/') {
        json!({ "uri": format!("file://{}", escaped(path)) })
    } else {
        json!({ "uri": escaped(path), "uriBaseId": ROOT })
    })
}

/// A path as the path of an address: all but unreserved characters and `/` as %XX (RFC 3986,
/// sections 2.1 and 2.3).
fn escaped(path: &str) -> String {
    let mut result = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            result.push(char::from(byte));
        } else {
            write!(result, "%{byte:02X}").unwrap_or_default();
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn paths_become_addresses() {
        assert_eq!(escaped("svc/my app/Dockerfile"), "svc/my%20app/Dockerfile");
        assert_eq!(escaped("é:%"), "%C3%A9%3A%25");
    }
}
