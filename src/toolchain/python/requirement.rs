//! One line of a requirements file, or one argument of `pip install`. In: its text. Out: the
//! distribution that it names, the file that it includes, or the option that it sets.

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// A distribution to install.
    Requirement(Requirement),
    /// A distribution or project in editable form: what follows `-e`.
    Editable(String),
    /// Another requirements file.
    Include(String),
    /// A constraints file.
    Constraint(String),
    /// Distributions that are built from source (`--no-binary`).
    NoBinary(String),
    /// A directory or page with distributions.
    FindLinks(String),
    /// Another option, a comment, nothing.
    Nothing,
}

/// A distribution that is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Requirement {
    /// Its normalised name (PEP 503); empty for a local path.
    pub(super) name: String,
    /// Its extras, normalised.
    pub(super) extras: Vec<String>,
    /// The path, where it is one on disk.
    pub(super) path: Option<String>,
    /// Whether it comes from a version control system, and is built from source.
    pub(super) from_vcs: bool,
    /// Whether the index is known to have no wheel of it, so that it is built from source.
    pub(super) sdist_only: bool,
}

/// The normalised form of a distribution's name. Source: PEP 503.
pub(super) fn normalise(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if out.ends_with('-') => {}
            '-' | '_' | '.' => out.push('-'),
            _ => out.push(c.to_ascii_lowercase()),
        }
    }
    out
}

/// Reads one logical line (continuations joined).
pub(super) fn line(text: &str) -> Line {
    let text = without_comment(text).trim();
    if text.is_empty() {
        return Line::Nothing;
    }
    if let Some(line) = option(text) {
        return line;
    }
    match requirement(text) {
        Some(requirement) => Line::Requirement(requirement),
        None => Line::Nothing,
    }
}

/// A comment begins at `#` at the start or behind a blank.
/// Source: pip's documentation of the requirements file format.
fn without_comment(text: &str) -> &str {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c == '#' && before.is_whitespace() {
            return text.get(..at).unwrap_or_default();
        }
        before = c;
    }
    text
}

fn option(text: &str) -> Option<Line> {
    if !text.starts_with('-') {
        return None;
    }
    let value = |flags: &[&str]| {
        flags.iter().find_map(|flag| {
            let rest = text.strip_prefix(flag)?;
            let long = flag.starts_with("--");
            let separated = rest.starts_with(|c: char| c == '=' || c.is_whitespace());
            let value = rest
                .trim_start_matches('=')
                .trim()
                .trim_matches(['"', '\'']);
            (!value.is_empty() && (separated || !long)).then(|| value.to_owned())
        })
    };
    if let Some(path) = value(&["-r", "--requirement"]) {
        return Some(Line::Include(path));
    }
    if let Some(path) = value(&["-c", "--constraint"]) {
        return Some(Line::Constraint(path));
    }
    if let Some(project) = value(&["-e", "--editable"]) {
        return Some(Line::Editable(project));
    }
    if let Some(names) = value(&["--no-binary"]) {
        return Some(Line::NoBinary(names));
    }
    if let Some(place) = value(&["-f", "--find-links"]) {
        return Some(Line::FindLinks(place));
    }
    Some(Line::Nothing)
}

/// Reads a requirement: `name[extra]>=1 ; marker --hash=…`, `name @ url`, a URL, a path.
pub(super) fn requirement(text: &str) -> Option<Requirement> {
    let text = text.trim().trim_matches(['"', '\'']);
    if let Some(path) = local_path(text) {
        let (path, extras) = split_extras(path);
        return Some(Requirement {
            name: String::new(),
            extras,
            path: Some(path.to_owned()),
            from_vcs: false,
            sdist_only: false,
        });
    }
    if is_url(text) {
        return Some(Requirement {
            name: url_name(text),
            extras: Vec::new(),
            path: None,
            from_vcs: is_vcs(text),
            sdist_only: false,
        });
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let (_, extras) = split_extras(text);
    let url = rest.split_once('@').map(|(_, url)| url.trim());
    let path = url.and_then(local_path).map(str::to_owned);
    Some(Requirement {
        name: normalise(name),
        extras,
        path,
        from_vcs: url.is_some_and(is_vcs),
        sdist_only: false,
    })
}

/// The path that a requirement is, if it is one: `.`, `./lib`, `../lib`, `/lib`, `file:…`, `a.whl`.
fn local_path(text: &str) -> Option<&str> {
    if let Some(path) = text.strip_prefix("file:") {
        return Some(path.strip_prefix("//").unwrap_or(path));
    }
    let word = text.split_whitespace().next().unwrap_or_default();
    let bare = word.split('[').next().unwrap_or(word);
    let is_file = [".whl", ".tar.gz", ".zip"]
        .iter()
        .any(|end| bare.ends_with(end));
    let is_path = bare.starts_with(['.', '/', '~'])
        || (bare.contains('/') && !bare.contains([':', '@', '=', '<', '>']));
    (is_path || (is_file && !is_url(bare))).then_some(word)
}

fn split_extras(text: &str) -> (&str, Vec<String>) {
    let head = text
        .split([';', '@', '=', '<', '>', '!', '~'])
        .next()
        .unwrap_or(text);
    let Some((name, rest)) = head.split_once('[') else {
        return (text, Vec::new());
    };
    let inner = rest.split(']').next().unwrap_or_default();
    let extras = inner.split(',').map(|extra| normalise(extra.trim()));
    (name, extras.filter(|extra| !extra.is_empty()).collect())
}

fn is_url(text: &str) -> bool {
    is_vcs(text) || text.starts_with("http://") || text.starts_with("https://")
}

fn is_vcs(text: &str) -> bool {
    ["git+", "hg+", "svn+", "bzr+"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
}

/// The name that a URL gives away: `#egg=name`, else that of the file or repository.
fn url_name(url: &str) -> String {
    if let Some((_, egg)) = url.split_once("egg=") {
        let name = egg.split(['&', '[', '#']).next().unwrap_or(egg);
        return normalise(name);
    }
    let path = url.split(['#', '?', ' ']).next().unwrap_or(url);
    let last = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let last = last
        .split('@')
        .next()
        .unwrap_or(last)
        .trim_end_matches(".git");
    let name = match last.strip_suffix(".whl") {
        Some(wheel) => wheel.split('-').next().unwrap_or(wheel),
        None => last,
    };
    normalise(name)
}

/// The logical lines of a requirements file, each with its number, counted from 1.
pub(super) fn lines(text: &str) -> Vec<(u32, Line)> {
    let mut found = Vec::new();
    let mut pending = String::new();
    let mut start = 1;
    for (number, physical) in (1_u32..).zip(text.lines()) {
        if pending.is_empty() {
            start = number;
        }
        if let Some(head) = physical.strip_suffix('\\') {
            pending.push_str(head);
            continue;
        }
        pending.push_str(physical);
        match line(&pending) {
            Line::Nothing => {}
            line => found.push((start, line)),
        }
        // `name==1 --no-binary name` is a requirement and an option.
        if let Some((_, names)) = pending.split_once(" --no-binary") {
            let names = names
                .trim_start_matches(['=', ' '])
                .split_whitespace()
                .next();
            found.extend(names.map(|names| (start, Line::NoBinary(names.to_owned()))));
        }
        pending.clear();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> (String, Vec<String>) {
        let Line::Requirement(found) = line(text) else {
            panic!("{text}: {:?}", line(text));
        };
        (found.name, found.extras)
    }

    #[test]
    fn names_and_extras_of_every_form() {
        for (text, name, extras) in [
            ("Flask==3.0.3", "flask", &[][..]),
            (
                "psycopg[binary,Pool] >= 3 ; python_version > '3.8' # why",
                "psycopg",
                &["binary", "pool"],
            ),
            ("zope.interface", "zope-interface", &[]),
            ("ruamel_yaml~=0.18 --hash=sha256:00", "ruamel-yaml", &[]),
            ("name @ https://example.com/n.zip", "name", &[]),
            ("git+https://example.com/a/My_Lib.git@v1", "my-lib", &[]),
            ("https://example.com/x.zip#egg=Thing[a]", "thing", &[]),
            (
                "https://example.com/en_core-3.0-py3-none-any.whl",
                "en-core",
                &[],
            ),
        ] {
            let (found, with) = named(text);
            assert_eq!(
                (found.as_str(), with),
                (name, extras.iter().map(|e| (*e).to_owned()).collect())
            );
        }
    }

    #[test]
    fn paths_are_told_from_names() {
        for (text, path) in [
            (".", "."),
            (".[dev]", "."),
            ("./lib", "./lib"),
            ("libs/core", "libs/core"),
            ("file:///src/x", "/src/x"),
            ("wheels/a-1-py3-none-any.whl", "wheels/a-1-py3-none-any.whl"),
            ("core @ file:///src/core", "/src/core"),
        ] {
            let Line::Requirement(found) = line(text) else {
                panic!("{text}")
            };
            assert_eq!(found.path.as_deref(), Some(path), "{text}");
        }
        assert_eq!(requirement("a==1.0").and_then(|r| r.path), None);
    }

    #[test]
    fn options_and_continuations() {
        let text = "-r base.txt\n--requirement=x/y.txt\n-c c.txt\n-e .\n--no-binary :all:\n-i https://x\n\na==1 \\\n  --hash=sha256:0\n# -r no.txt\nb --no-binary b\n";
        let found = lines(text);
        let include = |path: &str| Line::Include(path.into());
        assert_eq!(found[0], (1, include("base.txt")));
        assert_eq!(found[1], (2, include("x/y.txt")));
        assert_eq!(found[2], (3, Line::Constraint("c.txt".into())));
        assert_eq!(found[3], (4, Line::Editable(".".into())));
        assert_eq!(found[4], (5, Line::NoBinary(":all:".into())));
        assert_eq!(found[5].0, 8);
        assert_eq!(found.last(), Some(&(11, Line::NoBinary("b".into()))));
        assert_eq!(found.len(), 8);
    }
}
