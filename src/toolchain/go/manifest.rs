//! `go.mod` and `go.work`. In: their text. Out: the module's path, what it requires and what it
//! replaces by directories; the directories of a workspace.

/// What a `go.mod` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Manifest {
    /// The module's path.
    pub(crate) module: String,
    /// The `go` line, as (major, minor).
    pub(crate) go: Option<(u32, u32)>,
    /// Modules that it requires.
    pub(crate) requires: Vec<Require>,
    /// Modules that are replaced by directories: (module, directory as written).
    pub(crate) local: Vec<(String, String)>,
}

/// A required module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Require {
    /// Its path.
    pub(crate) path: String,
    /// Whether only other modules import it.
    pub(crate) indirect: bool,
    /// The line, counted from 1.
    pub(crate) line: u32,
}

/// More lines than this are not read.
const MAX_LINES: usize = 20_000;

/// Reads a `go.mod`. What it does not know it skips.
pub(crate) fn read(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    for (directive, words, comment, line) in directives(text) {
        let mut words = words.into_iter();
        match directive.as_str() {
            "module" => manifest.module = words.next().unwrap_or_default(),
            "go" => manifest.go = words.next().and_then(|text| version(&text)),
            "require" => {
                if let Some(path) = words.next() {
                    let indirect = comment.trim_start().starts_with("indirect");
                    manifest.requires.push(Require {
                        path,
                        indirect,
                        line,
                    });
                }
            }
            "replace" => manifest.local.extend(local_replacement(words)),
            _ => {}
        }
    }
    manifest
}

/// The directories that a `go.work` uses, as written, and its local replacements.
pub(crate) fn read_workspace(text: &str) -> (Vec<String>, Vec<(String, String)>) {
    let mut uses = Vec::new();
    let mut local = Vec::new();
    for (directive, words, _, _) in directives(text) {
        match directive.as_str() {
            "use" => uses.extend(words.into_iter().next()),
            "replace" => local.extend(local_replacement(words.into_iter())),
            _ => {}
        }
    }
    (uses, local)
}

/// `old [version] => ./directory`; a replacement by another module is none.
fn local_replacement(mut words: impl Iterator<Item = String>) -> Option<(String, String)> {
    let old = words.next()?;
    let new = words.skip_while(|word| word != "=>").nth(1)?;
    let is_local = new.starts_with("./") || new.starts_with("../") || new.starts_with('/');
    (is_local || new == "." || new == "..").then_some((old, new))
}

/// `1.24`, `1.24.3`, `1.25rc1`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next()?;
    let digits = minor
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(minor.len());
    Some((major, minor.get(..digits)?.parse().ok()?))
}

type Directive = (String, Vec<String>, String, u32);

/// Every directive with its words, the comment behind it and its line; blocks taken apart.
fn directives(text: &str) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    for (number, line) in text.lines().take(MAX_LINES).enumerate() {
        let (code, comment) = line.split_once("//").unwrap_or((line, ""));
        let mut words: Vec<String> = code.split_whitespace().map(unquoted).collect();
        if words.is_empty() {
            continue;
        }
        if block.is_some() && words.first().is_some_and(|word| word == ")") {
            block = None;
            continue;
        }
        let number = u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
        if let Some(directive) = &block {
            found.push((directive.clone(), words, comment.to_owned(), number));
            continue;
        }
        let directive = words.remove(0);
        match directive.strip_suffix('(') {
            Some(name) if words.is_empty() => block = Some(name.to_owned()),
            _ if words.first().is_some_and(|word| word == "(") => block = Some(directive),
            _ => found.push((directive, words, comment.to_owned(), number)),
        }
    }
    found
}

fn unquoted(word: &str) -> String {
    word.trim_matches(['"', '`']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_blocks_say_the_same() {
        let text = concat!(
            "module example.org/app/v2 // the module\n\ngo 1.24.3\ntoolchain go1.25.0\n",
            "require github.com/a/b v1.0.0\n",
            "require (\n\tgithub.com/c/d v1.2.3 // indirect\n\t// a note\n\n\t\"e.org/f\" v0.1.0\n)\n",
            "replace github.com/a/b => github.com/x/b v1.0.1\n",
            "replace (\n\te.org/f v0.1.0 => ../f\n\tg => ./g\n)\n",
        );
        let manifest = read(text);
        assert_eq!(manifest.module, "example.org/app/v2");
        assert_eq!(manifest.go, Some((1, 24)));
        let requires: Vec<_> = manifest
            .requires
            .iter()
            .map(|require| (require.path.as_str(), require.indirect, require.line))
            .collect();
        assert_eq!(
            requires,
            [
                ("github.com/a/b", false, 5),
                ("github.com/c/d", true, 7),
                ("e.org/f", false, 10)
            ]
        );
        let local = [("e.org/f", "../f"), ("g", "./g")];
        assert_eq!(
            manifest.local,
            local.map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
    }

    #[test]
    fn a_workspace_names_directories() {
        let (uses, local) =
            read_workspace("go 1.25\nuse ./a\nuse (\n\t./b/c\n)\nreplace x => ./x\n");
        assert_eq!(uses, ["./a", "./b/c"]);
        assert_eq!(local.len(), 1);
        assert_eq!(version("1.25rc1"), Some((1, 25)));
    }
}
