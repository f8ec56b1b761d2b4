//! The imports of a Go file without the rest of it. In: text. Out: the facts of its head.
//!
//! Imports come before every other declaration (The Go Programming Language Specification,
//! "Source file organization"), so the tree of the lines above the first one has them all.

use super::{Language, SourceFacts, scan};

/// Reads the package clause and the imports. Where that part cannot be told, the whole file.
pub fn scan_go_imports(text: &str) -> SourceFacts {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if begins_declaration(line) {
            break;
        }
        end += line.len();
    }
    let head = text.get(..end).unwrap_or(text);
    let facts = scan(head, Language::Go);
    // The line was one of a comment, which the head then does not close.
    if facts.has_errors || facts.skipped.is_some() {
        return scan(text, Language::Go);
    }
    facts
}

fn begins_declaration(line: &str) -> bool {
    let word = line.split([' ', '\t', '(', '\r', '\n']).next();
    matches!(word, Some("func" | "type" | "var" | "const"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_those_of_the_whole_file() {
        for text in [
            "package a\n\nimport \"os\"\n\nfunc f() { os.Exit(1) }\n",
            "package a\nimport (\n\t\"os\"\n\t. \"fmt\"\n)\nvar(\n\ta = 1\n)\n",
            "// Package a:\n/*\nfunc inside a comment\n*/\npackage a\nimport \"io\"\ntype t int\n",
            "package a; import \"io\"; func f() {}\n",
            "package a\nfunc f() {}",
            "package a\nimport \"C\"",
            "",
        ] {
            let whole = scan(text, Language::Go);
            assert_eq!(scan_go_imports(text).imports, whole.imports, "{text}");
        }
        let calls = "package a\nfunc f() { g() }\n";
        assert!(scan_go_imports(calls).calls.is_empty());
    }
}
