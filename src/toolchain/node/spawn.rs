//! Programs that the sources execute. In: the scan. Out: each call of `child_process` and of the
//! packages around it, with the program that it runs.

use crate::dockerfile::shell;
use crate::project::evidence::{Evidence, Fact};
use crate::project::source::{Arg, Call, FileScan, ProjectScan};

/// What a call runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Spawned {
    /// A program, by its name or path.
    Program(String),
    /// A shell text.
    Shell,
    /// It is not known.
    Unknown,
}

/// Modules whose functions execute programs. Source: Node's documentation, and the packages' own.
const MODULES: [&str; 9] = [
    "child_process",
    "node:child_process",
    "execa",
    "cross-spawn",
    "shelljs",
    "zx",
    "tinyexec",
    "node-pty",
    "promisify-child-process",
];

/// Receivers on which `exec` is surely not a regular expression's or a database's.
const RECEIVERS: [&str; 11] = [
    "child_process",
    "childProcess",
    "child",
    "cp",
    "proc",
    "execa",
    "shell",
    "shelljs",
    "sh",
    "require()",
    "pty",
];

/// The words without which no source runs a program.
pub(super) fn words<'w>() -> impl Iterator<Item = &'w str> {
    MODULES.into_iter()
}

/// The programs that the sources run.
pub(super) fn calls(sources: &ProjectScan) -> Vec<Fact<Spawned>> {
    let spawning = sources.files.iter().filter(|file| {
        let mut imports = file.facts.imports.iter();
        imports.any(|import| !import.type_only && MODULES.contains(&import.module.as_str()))
    });
    let mut found = Vec::new();
    for file in spawning {
        for call in &file.facts.calls {
            let evidence = Evidence::line(&file.path, call.line);
            let programs = spawned(file, call).into_iter();
            found.extend(programs.map(|spawned| Fact::new(spawned, evidence.clone())));
        }
    }
    found
}

fn spawned(file: &FileScan, call: &Call) -> Vec<Spawned> {
    match call.function() {
        "spawn" | "spawnSync" | "execFile" | "execFileSync" | "execa" | "execaSync" => {
            program(call)
        }
        "execSync" | "execaCommand" | "execaCommandSync" => text(call),
        "exec" if is_surely_a_shell(call) => text(call),
        // A database's, or the module's under a name of its own: told by the text alone.
        "exec" if call.text(0).is_some() && !call.callee.starts_with('.') => {
            let mut found = text(call);
            found.retain(|spawned| matches!(spawned, Spawned::Program(_)));
            found
        }
        "$" if call.callee == "$" => vec![Spawned::Unknown],
        "promisify" if promised(call) => through_alias(file),
        _ => Vec::new(),
    }
}

fn is_surely_a_shell(call: &Call) -> bool {
    let receiver = call.callee.strip_suffix("exec").unwrap_or_default();
    receiver.is_empty() || RECEIVERS.contains(&receiver.trim_end_matches('.')) && receiver != "."
}

/// `promisify(exec)`: under another name, so that every text that a function of the file is
/// called with may be a command.
fn promised(call: &Call) -> bool {
    matches!(call.args.first(), Some(Arg::Name(name)) if {
        let function = name.rsplit('.').next().unwrap_or(name);
        matches!(function, "exec" | "execFile")
    })
}

fn through_alias(file: &FileScan) -> Vec<Spawned> {
    let calls = file
        .facts
        .calls
        .iter()
        .filter(|call| !call.callee.contains('.'));
    let plain =
        calls.filter(|call| !matches!(call.callee.as_str(), "require" | "import" | "promisify"));
    let found: Vec<Spawned> = plain
        .filter(|call| {
            // Where the alias is called is seen by its name.
            let name = call.callee.to_ascii_lowercase();
            ["exec", "run", "sh", "cmd", "command"]
                .iter()
                .any(|part| name.contains(part))
        })
        .flat_map(text)
        .collect();
    if found.is_empty() {
        vec![Spawned::Unknown]
    } else {
        found
    }
}

fn program(call: &Call) -> Vec<Spawned> {
    match call.args.first() {
        Some(Arg::Text(name)) if name.contains(char::is_whitespace) => text(call),
        Some(Arg::Text(name)) => vec![Spawned::Program(name.clone())],
        Some(Arg::Name(name)) if is_node_itself(name) => Vec::new(),
        _ => vec![Spawned::Unknown],
    }
}

/// The path of the running interpreter, whatever the image calls it.
fn is_node_itself(name: &str) -> bool {
    matches!(name, "process.execPath" | "process.argv0" | "execPath")
}

/// A text for the shell: its commands, as far as its beginning is literal.
fn text(call: &Call) -> Vec<Spawned> {
    let (text, whole) = match call.args.first() {
        Some(Arg::Text(text)) => (text.clone(), true),
        // `git log ${x}`: the first word is whole where a blank follows it.
        Some(Arg::Prefix(text)) if text.trim_start().contains(char::is_whitespace) => {
            (text.clone(), false)
        }
        _ => return vec![Spawned::Unknown],
    };
    let script = shell::parse(&text);
    let mut found = vec![Spawned::Shell];
    if !whole {
        let first = text.split_whitespace().next().unwrap_or_default();
        found.push(Spawned::Program(first.to_owned()));
        return found;
    }
    for command in &script.commands {
        match command.program() {
            Some(name) => found.push(Spawned::Program(name)),
            None if command.words.is_empty() => {}
            None => found.push(Spawned::Unknown),
        }
    }
    if !script.understood {
        found.push(Spawned::Unknown);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::context::BuildContext;
    use crate::project::source::{Language, Sieve, Vendor, scan_all};

    fn found(text: &str) -> Vec<String> {
        let text = format!("const cp = require('child_process');\n{text}");
        let context = BuildContext::from_texts([("a.js", text.as_str())]);
        let sieve = Sieve::of(words());
        let sources = scan_all(&context, Language::NODE, Vendor::With, &sieve, |_| true);
        let name = |spawned: Spawned| match spawned {
            Spawned::Program(name) => name,
            Spawned::Shell => "$".to_owned(),
            Spawned::Unknown => "?".to_owned(),
        };
        calls(&sources)
            .into_iter()
            .map(|fact| name(fact.value))
            .collect()
    }

    #[test]
    fn programs_are_named_in_many_ways() {
        assert_eq!(found("spawn('git', ['log'])"), ["git"]);
        assert_eq!(
            found("cp.execFile(\"/usr/bin/convert\", args)"),
            ["/usr/bin/convert"]
        );
        assert_eq!(found("cp.exec('ps aux | grep node')"), ["$", "ps", "grep"]);
        assert_eq!(found("cp.exec(`git show ${x}`)"), ["$", "git"]);
        assert_eq!(
            found("const run = util.promisify(cp.exec);\nrun('git fetch')"),
            ["$", "git"]
        );
        assert_eq!(found("await execa('ffmpeg', [])"), ["ffmpeg"]);
    }

    #[test]
    fn what_is_not_named_is_not_known() {
        for text in [
            "spawn(command)",
            "cp.exec(`${tool} x`)",
            "const r = promisify(exec); r2(x)",
        ] {
            assert_eq!(found(text), ["?"], "{text}");
        }
        assert!(found("spawn(process.execPath, ['x.js'])").is_empty());
    }

    #[test]
    fn other_things_are_executed_too() {
        for text in ["/a(b)/.exec('git x')", "fork('x.js')", "pattern.exec(text)"] {
            let found = found(text);
            assert!(
                found.iter().all(|name| name == "CREATE"),
                "{text}: {found:?}"
            );
        }
    }
}
