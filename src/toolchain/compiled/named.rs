//! Paths that sources name. In: a string of a source file. Out: the file or directory of the
//! image that it names, if the build context put one there.

use super::tree::Tree;
use crate::dockerfile::contract::clean;

/// What a string names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// Absolute path in the image.
    pub(crate) path: String,
    /// Whether it is a directory.
    pub(crate) is_dir: bool,
}

/// Longer strings are texts.
const MAX_LENGTH: usize = 256;

/// What `text` names: absolute, or relative to one of `bases` (the first one that fits). Of a
/// pattern (`*.html`, `%s.json`) the directory before it. `None` for what names a base itself.
pub(crate) fn resolve(tree: &Tree, bases: &[&str], text: &str) -> Option<Named> {
    let text = text.strip_prefix("file://").unwrap_or(text);
    if text.is_empty() || text.len() > MAX_LENGTH || text.contains(char::is_control) {
        return None;
    }
    let plain = before_pattern(text);
    let inside = plain.trim_start_matches("./").trim_end_matches('/');
    if inside.is_empty() || inside.chars().all(|c| matches!(c, '.' | '/')) {
        return None;
    }
    if plain.starts_with('/') {
        return at(tree, &clean(plain)).filter(|named| !bases.contains(&named.path.as_str()));
    }
    bases
        .iter()
        .find_map(|base| at(tree, &clean(&format!("{base}/{plain}"))))
}

fn at(tree: &Tree, path: &str) -> Option<Named> {
    let is_dir = tree.context(path).is_none();
    let path = path.to_owned();
    (path != "/" && (!is_dir || tree.is_dir(&path))).then_some(Named { path, is_dir })
}

/// The part before the segment in which a pattern begins.
fn before_pattern(text: &str) -> &str {
    match text.find(['*', '?', '[', '{', '%', '$']) {
        Some(start) => {
            let before = text.get(..start).unwrap_or_default();
            before.rfind('/').map_or("", |end| &before[..=end])
        }
        None => text,
    }
}

/// Whether `text` names the directory in which the program runs.
pub(crate) fn is_here(text: &str) -> bool {
    matches!(text, "." | "./")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    #[test]
    fn strings_name_files_directories_and_patterns() {
        let text = "FROM golang:1.25\nWORKDIR /app\nCOPY . src\nCOPY conf /etc/x\n";
        let files = ["main.go", "conf/a.ini", "web/t/b.html", "db/1.sql"];
        sample(text, &files.map(|file| (file, "")), |build| {
            let tree = Tree::of(build);
            let named = |text: &str| {
                resolve(&tree, &["/app", "/app/src"], text).map(|named| (named.path, named.is_dir))
            };
            let some = |path: &str, is_dir| Some((path.to_owned(), is_dir));
            assert_eq!(named("./web/t/*.html"), some("/app/src/web/t", true));
            assert_eq!(named("web/t/%s.html"), some("/app/src/web/t", true));
            assert_eq!(named("web/t/b.html"), some("/app/src/web/t/b.html", false));
            assert_eq!(named("file://db"), some("/app/src/db", true));
            assert_eq!(named("/etc/x/a.ini"), some("/etc/x/a.ini", false));
            assert_eq!(named("../etc/x/"), some("/etc/x", true));
            for none in [
                "", ".", "./", "/", "..", "*", "%s", "no", "we", "a\nb", "/app/src",
            ] {
                assert_eq!(named(none), None, "{none}");
            }
        });
    }
}
