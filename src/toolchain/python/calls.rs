//! Programs that the project's own sources call. In: the scanned sources. Out: their names, or what
//! is called that only the builder has.

use super::interpreter::{Runs, is_interpreter, is_pip, runs};
use super::started::is_builder_tool;
use crate::dockerfile::shell;
use crate::outcome::{Code, Decline, Note};
use crate::plan::analysis::Need;
use crate::plan::because::Because;
use crate::project::evidence::Fact;
use crate::project::source::{Arg, Call, ProjectScan};

/// What the sources call.
#[derive(Debug, Default)]
pub(super) struct Called {
    /// Programs, each with where it is called.
    pub(super) programs: Vec<Need<String>>,
    /// What a reviewer should know.
    pub(super) notes: Vec<Note>,
}

/// How a function takes the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// A list of words, or one name; shell text with `shell=True`.
    Words,
    /// Shell text.
    Shell,
    /// A name.
    Name,
}

/// Reads what the sources call.
pub(super) fn read(scan: &ProjectScan, provides: &[String]) -> Result<Called, Decline> {
    let mut called = Called::default();
    let mut open: Vec<String> = Vec::new();
    for fact in scan.calls() {
        let Some(takes) = takes(fact.value, scan, &fact.evidence.path) else {
            continue;
        };
        match programs(fact.value, takes) {
            None if is_own_interpreter(fact.value) => own_interpreter(&fact)?,
            None => open.push(fact.evidence.to_string()),
            Some(names) => {
                for name in names {
                    add(&mut called, &fact, &name, provides)?;
                }
            }
        }
    }
    if let Some(first) = open.first() {
        let others = match open.len() {
            1 => String::new(),
            2 => " and one other place".to_owned(),
            count => format!(" and {} other places", count - 1),
        };
        let message = format!(
            "which program {first}{others} calls is not written there; the final stage has what the slim image has and what this file installs"
        );
        called.notes.push(Note {
            line: None,
            message,
        });
    }
    Ok(called)
}

/// Whether the sources call pip.
pub(super) fn installs(scan: &ProjectScan) -> bool {
    scan.calls().any(|fact| {
        let Some(takes) = takes(fact.value, scan, &fact.evidence.path) else {
            return false;
        };
        let is_pip_call = |name: &String| is_pip(name.rsplit('/').next().unwrap_or(name));
        match programs(fact.value, takes) {
            Some(names) => names.iter().any(is_pip_call),
            None => is_own_interpreter(fact.value) && own_interpreter(&fact).is_err(),
        }
    })
}

fn add(
    called: &mut Called,
    fact: &Fact<&Call>,
    name: &str,
    provides: &[String],
) -> Result<(), Decline> {
    let base = name.rsplit('/').next().unwrap_or(name);
    if is_builder_tool(base) || is_pip(base) {
        return Err(toolchain(base, fact));
    }
    let is_known = is_interpreter(base)
        || provides.iter().any(|known| known == base)
        || called.programs.iter().any(|need| need.value == base);
    let is_shell = matches!(base, "sh" | "bash" | "ash");
    // A path of the project's own, or one that is made at run time.
    let is_path = name.contains('/')
        && !["/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/"]
            .iter()
            .any(|directory| name.starts_with(directory));
    if base.is_empty() || is_known || is_path || (is_shell && base != "bash") {
        return Ok(());
    }
    let because = Because::fact("the program calls it", &fact.evidence);
    called.programs.push(Need::new(base.to_owned(), because));
    Ok(())
}

fn toolchain(name: &str, fact: &Fact<&Call>) -> Decline {
    let message = format!(
        "the program calls `{name}` when it runs ({})",
        fact.evidence
    );
    Decline::new(Code::ToolchainAtRuntime, message)
}

/// `[sys.executable, …]`.
fn is_own_interpreter(call: &Call) -> bool {
    matches!(call.args.first(), Some(Arg::List(items)) if items.first() == Some(&None) && items.get(1).is_some_and(|item| item.as_deref().is_some_and(|word| word == "-m" || word == "-c" || word == "-u" || is_script(word))))
        || matches!(call.args.first(), Some(Arg::Name(name)) if name == "sys.executable")
}

fn is_script(word: &str) -> bool {
    word.rsplit_once('.')
        .is_some_and(|(_, extension)| extension == "py")
}

/// The interpreter's own modules are there, but an environment cannot be changed by another user.
fn own_interpreter(fact: &Fact<&Call>) -> Result<(), Decline> {
    let Some(Arg::List(items)) = fact.value.args.first() else {
        return Ok(());
    };
    match runs(items.get(1..).unwrap_or_default()) {
        Runs::Module(Some(module), _) if module == "pip" || is_builder_tool(module) => {
            Err(toolchain(module, fact))
        }
        _ => Ok(()),
    }
}

/// The words without which no source starts a program: of the modules and functions of [`takes`].
pub(super) const WORDS: [&str; 9] = [
    "system",
    "popen",
    "create_subprocess",
    "pexpect",
    "getoutput",
    "getstatusoutput",
    "exec",
    "which",
    "subprocess",
];

/// Whether a call starts a program. Bare names count where their file imports `subprocess`.
fn takes(call: &Call, scan: &ProjectScan, path: &str) -> Option<Takes> {
    let imports = |module: &str| {
        scan.files.iter().any(|file| {
            file.path == path
                && file
                    .facts
                    .imports
                    .iter()
                    .any(|import| import.module == module)
        })
    };
    let (module, function) = call.callee.rsplit_once('.').unwrap_or(("", &call.callee));
    match (module, function) {
        ("os" | "posix", "system" | "popen")
        | ("" | "asyncio", "create_subprocess_shell")
        | ("pexpect", "spawn" | "run")
        | ("subprocess" | "sp", "getoutput" | "getstatusoutput") => Some(Takes::Shell),
        ("os", name) if name.starts_with("exec") => Some(Takes::Name),
        ("shutil", "which") | ("" | "asyncio", "create_subprocess_exec") => Some(Takes::Name),
        ("" | "subprocess" | "sp", "run" | "call" | "check_call" | "check_output" | "Popen")
            if module == "subprocess" || imports("subprocess") =>
        {
            let shell = matches!(call.keyword("shell"), Some(Arg::Name(value)) if value == "True");
            Some(if shell { Takes::Shell } else { Takes::Words })
        }
        _ => None,
    }
}

/// The programs that a call starts; `None` where that is not written.
fn programs(call: &Call, takes: Takes) -> Option<Vec<String>> {
    let first = call.args.first().or_else(|| call.keyword("args"))?;
    match (takes, first) {
        (Takes::Shell, Arg::Text(text)) => of_shell(text),
        (Takes::Shell | Takes::Words, Arg::Prefix(text)) => {
            complete_words(text).and_then(of_shell_start)
        }
        (Takes::Shell, Arg::List(items)) => of_shell(items.first()?.as_deref()?),
        (Takes::Words, Arg::List(items)) => {
            let program = items.first()?.clone()?;
            let is_shell = matches!(program.rsplit('/').next(), Some("sh" | "bash"));
            let text = items.get(2).cloned().flatten().filter(|_| {
                is_shell
                    && items
                        .get(1)
                        .is_some_and(|flag| flag.as_deref() == Some("-c"))
            });
            let mut found = vec![program];
            found.extend(text.and_then(|text| of_shell(&text)).unwrap_or_default());
            Some(found)
        }
        (Takes::Words | Takes::Name, Arg::Text(name)) => {
            // `"git status".split()` is read as its text; a name has no blanks.
            Some(vec![
                name.split_whitespace().next().unwrap_or(name).to_owned(),
            ])
        }
        _ => None,
    }
}

fn of_shell(text: &str) -> Option<Vec<String>> {
    let script = shell::parse(text);
    let names: Option<Vec<String>> = script
        .commands
        .iter()
        .filter(|command| !command.words.is_empty())
        .map(shell::Command::program)
        .collect();
    names.filter(|_| script.understood)
}

/// The part of a text that ends with a whole word: what follows may continue the last one.
fn complete_words(text: &str) -> Option<&str> {
    text.rfind(char::is_whitespace)
        .and_then(|at| text.get(..at))
        .filter(|text| !text.trim().is_empty())
}

/// Shell text whose end is open: its first word, and those behind it that are whole commands.
fn of_shell_start(text: &str) -> Option<Vec<String>> {
    of_shell(text).filter(|names| !names.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::context::BuildContext;
    use crate::project::source::{Language, Sieve, Vendor, scan_all};

    fn of(text: &str) -> Result<Called, Code> {
        let context = BuildContext::from_texts([("a.py", text)]);
        let (languages, sieve) = ([Language::Python], Sieve::of(WORDS));
        let scan = scan_all(&context, &languages, Vendor::Without, &sieve, |_| true);
        read(&scan, &["gunicorn".to_owned()]).map_err(|decline| decline.code)
    }

    fn names(text: &str) -> Vec<String> {
        of(text)
            .unwrap()
            .programs
            .into_iter()
            .map(|need| need.value)
            .collect()
    }

    #[test]
    fn programs_of_every_way_to_call_them() {
        for (text, expected) in [
            (
                "import subprocess\nsubprocess.run(['git', 'log'])",
                &["git"][..],
            ),
            (
                "from subprocess import run\nrun(['convert', a])",
                &["convert"],
            ),
            ("def run(x): pass\nrun(['convert', a])", &[]),
            (
                "import os\nos.system('ffmpeg -i x && curl y')",
                &["ffmpeg", "curl"],
            ),
            ("import os\nos.system(f'ping -c 1 {host}')", &["ping"]),
            (
                "import subprocess\nsubprocess.run('ls | wc', shell=True)",
                &["ls", "wc"],
            ),
            (
                "import subprocess\nsubprocess.Popen(['bash', '-c', 'jq . x'])",
                &["bash", "jq"],
            ),
            ("import shutil\nshutil.which('pdftotext')", &["pdftotext"]),
            (
                "import subprocess, sys\nsubprocess.run([sys.executable, 'x.py'])",
                &[],
            ),
            ("import subprocess\nsubprocess.run(['gunicorn', 'x'])", &[]),
            (
                "import asyncio\nasyncio.create_subprocess_exec('git', 'x')",
                &["git"],
            ),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
    }

    #[test]
    fn an_open_program_is_a_note() {
        let found = of("import subprocess\nsubprocess.run(command)\nsubprocess.run([tool, 'x'])\n")
            .unwrap();
        assert!(found.programs.is_empty());
        assert!(
            found.notes[0]
                .message
                .contains("a.py:2 and one other place"),
            "{:?}",
            found.notes
        );
    }

    #[test]
    fn compilers_and_installers_are_declined() {
        for text in [
            "import subprocess\nsubprocess.run(['gcc', 'x.c'])",
            "import os\nos.system('make -j2')",
            "import subprocess, sys\nsubprocess.check_call([sys.executable, '-m', 'pip', 'install', 'x'])",
            "import subprocess\nsubprocess.run(['pip', 'install', 'x'])",
        ] {
            assert_eq!(
                of(text).map(|_| ()),
                Err(Code::ToolchainAtRuntime),
                "{text}"
            );
        }
    }
}
