//! Which language a file is written in. In: a path. Out: the grammar that reads it.

/// A language that the scan reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Go.
    Go,
    /// JavaScript, JSX included.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// Python.
    Python,
    /// Rust.
    Rust,
}

impl Language {
    /// The languages of a Node project.
    pub const NODE: &[Self] = &[Self::JavaScript, Self::TypeScript, Self::Tsx];

    /// The language that a file's extension names.
    pub fn of_path(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let (_, extension) = name.rsplit_once('.')?;
        match extension {
            "go" => Some(Self::Go),
            "js" | "mjs" | "cjs" | "jsx" => Some(Self::JavaScript),
            "ts" | "mts" | "cts" => Some(Self::TypeScript),
            "tsx" => Some(Self::Tsx),
            "py" => Some(Self::Python),
            "rs" => Some(Self::Rust),
            _ => None,
        }
    }

    /// The grammar.
    pub(super) fn grammar(self) -> tree_sitter::Language {
        match self {
            Self::Go => tree_sitter_go::LANGUAGE.into(),
            Self::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Self::Python => tree_sitter_python::LANGUAGE.into(),
            Self::Rust => tree_sitter_rust::LANGUAGE.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_names_the_language() {
        for (path, language) in [
            ("cmd/main.go", Some(Language::Go)),
            ("a.config.mjs", Some(Language::JavaScript)),
            ("a.d.ts", Some(Language::TypeScript)),
            ("App.tsx", Some(Language::Tsx)),
            ("a.py", Some(Language::Python)),
            ("build.rs", Some(Language::Rust)),
            ("a.go/README", None),
            ("Makefile", None),
        ] {
            assert_eq!(Language::of_path(path), language, "{path}");
        }
    }

    #[test]
    fn every_grammar_fits_the_parser() {
        let mut languages = vec![Language::Go, Language::Python, Language::Rust];
        languages.extend(Language::NODE);
        for language in languages {
            let mut parser = tree_sitter::Parser::new();
            parser.set_language(&language.grammar()).unwrap();
        }
    }
}
