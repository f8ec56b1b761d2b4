//! `go run` in ENTRYPOINT and CMD. In: both as the image has them. Out: every `go run` that stands
//! in them, and both with the programs in their places.

use super::words::{self, Argument, GoWords};
use crate::dockerfile::instruction::Form;
use crate::dockerfile::shell::{self, Command, Word};
use crate::plan::build::Build;
use crate::toolchain::compiled::tree::file_name;

/// ENTRYPOINT and CMD, as words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Started {
    /// ENTRYPOINT.
    pub(crate) entrypoint: Option<Vec<String>>,
    /// CMD.
    pub(crate) cmd: Option<Vec<String>>,
}

/// Every `go run` of ENTRYPOINT and CMD, in order. `None` where one of them is not certain.
pub(crate) fn find(build: &Build<'_>) -> Option<Vec<GoWords>> {
    let mut found = Vec::new();
    replaced(build, &mut |words| {
        found.push(words.clone());
        Some(String::new())
    })?;
    Some(found)
}

/// ENTRYPOINT and CMD with the programs at `places` instead of the `go run`s, in order.
pub(crate) fn with_programs(build: &Build<'_>, places: &[String]) -> Option<Started> {
    let mut places = places.iter().cloned();
    replaced(build, &mut |_| places.next())
}

/// What stands for a `go run`.
type Replace<'r> = dyn FnMut(&GoWords) -> Option<String> + 'r;

fn replaced(build: &Build<'_>, replace: &mut Replace<'_>) -> Option<Started> {
    let contract = &build.end.contract;
    let mut form = |form: &Form| match form {
        Form::Exec(words) => in_words(words, replace),
        Form::Shell(text) => {
            let text = in_text(text, replace)?;
            // Without features of the shell there is none between the container and the program.
            shell::plain_words(&text).or_else(|| Some(by_shell(&contract.shell, text)))
        }
    };
    let entrypoint = match &contract.entrypoint {
        Some(entrypoint) => Some(form(entrypoint)?),
        None => None,
    };
    let takes_none = matches!(contract.entrypoint, Some(Form::Shell(_)));
    let cmd = match &contract.cmd {
        // Shell form takes no arguments from CMD.
        Some(cmd) if !takes_none => Some(form(cmd)?),
        _ => None,
    };
    Some(Started { entrypoint, cmd })
}

/// What the shell form of a text stands for (docs.docker.com, "Shell and exec form").
fn by_shell(shell: &[String], text: String) -> Vec<String> {
    let mut words = shell.to_vec();
    if words.is_empty() {
        words = vec!["/bin/sh".to_owned(), "-c".to_owned()];
    }
    words.push(text);
    words
}

/// Exec form: `go run` stands at its beginning or behind what waits for something, or in a text
/// that it hands to a shell.
fn in_words(words: &[String], replace: &mut Replace<'_>) -> Option<Vec<String>> {
    let is_shell = |word: &String| matches!(file_name(word), "sh" | "bash" | "ash" | "dash");
    if words.first().is_some_and(is_shell)
        && let [shell, flag, text, rest @ ..] = words
        && flag.starts_with('-')
        && !flag.starts_with("--")
        && flag.contains('c')
    {
        let mut all = vec![shell.clone(), flag.clone(), in_text(text, replace)?];
        all.extend(rest.iter().cloned());
        return Some(all);
    }
    let runs = words
        .windows(2)
        .position(|pair| matches!(pair, [go, run] if file_name(go) == "go" && run == "run"));
    let Some(at) = runs else {
        return Some(words.to_vec());
    };
    let behind = words.get(at + 2..)?;
    let arguments: Vec<Argument<'_>> = behind
        .iter()
        .map(|word| (Some(word.clone()), word.as_str()))
        .collect();
    let parsed = certain(words::parse(&arguments, true))?;
    let mut all = words.get(..at)?.to_vec();
    all.push(replace(&parsed)?);
    all.extend(parsed.arguments);
    Some(all)
}

fn in_text(text: &str, replace: &mut Replace<'_>) -> Option<String> {
    let script = shell::parse(text);
    let mut result = String::new();
    let mut copied = 0;
    for command in &script.commands {
        // `exec` and the like run the command behind them.
        let is_prefix = |word: &&Word| matches!(word.raw.as_str(), "exec" | "nohup" | "time");
        let before = command.words.iter().take_while(is_prefix).count();
        let mut words = command
            .words
            .iter()
            .skip(before)
            .map(|word| word.raw.as_str());
        let is_run = words.next().map(file_name) == Some("go") && words.next() == Some("run");
        if !is_run {
            continue;
        }
        let (start, end, words) = run_in(text, command, before)?;
        if !script.understood || command.reach.substituted || start < copied {
            return None;
        }
        result.push_str(text.get(copied..start)?);
        result.push_str(&replace(&words)?);
        copied = end;
    }
    result.push_str(text.get(copied..)?);
    Some(result)
}

/// Where `go run package` stands in a text, `before` words behind the command's beginning, and its
/// words. What follows the packages may hang on variables: it stays as it is.
fn run_in(text: &str, command: &Command, before: usize) -> Option<(usize, usize, GoWords)> {
    let all = command.words.get(before..)?;
    let known: Vec<String> = all
        .iter()
        .map(Word::value)
        .map_while(|value| value)
        .collect();
    let behind = all.get(2..)?;
    let arguments: Vec<Argument<'_>> = known
        .get(2..)?
        .iter()
        .zip(behind)
        .map(|(value, word)| (Some(value.clone()), word.raw.as_str()))
        .collect();
    let parsed = certain(words::parse(&arguments, true))?;
    let taken = known.len() - parsed.arguments.len();
    let mut at = command.span.start;
    let mut start = None;
    for word in command.words.get(..before)? {
        at += text.get(at..)?.find(word.raw.as_str())? + word.raw.len();
    }
    for word in all.get(..taken)? {
        let found = at + text.get(at..)?.find(word.raw.as_str())?;
        start = start.or(Some(found));
        at = found + word.raw.len();
    }
    Some((start?, at, parsed))
}

/// A `go run` of the project's own package.
fn certain(words: GoWords) -> Option<GoWords> {
    let is_certain = !words.uncertain
        && !words.packages.is_empty()
        && !words.packages.iter().any(|package| package.contains('@'))
        && !words.has("exec")
        && !words.has("C");
    is_certain.then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    fn started(text: &str) -> Option<String> {
        let text = format!("FROM golang:1.25\nCOPY . .\n{text}\n");
        sample(&text, &[("main.go", "")], |build| {
            let count = find(build)?.len();
            let places: Vec<String> = (0..count).map(|at| format!("/b/{at}")).collect();
            let started = with_programs(build, &places)?;
            let words = started.entrypoint.into_iter().chain(started.cmd).flatten();
            Some(words.collect::<Vec<_>>().join("|"))
        })
    }

    #[test]
    fn programs_take_the_place_of_every_go_run() {
        for (text, expected) in [
            ("CMD [\"go\", \"run\", \".\", \"-p\"]", "/b/0|-p"),
            ("CMD go run main.go util.go -v", "/b/0|-v"),
            (
                "CMD go run -race ./cmd -p $PORT",
                "/bin/sh|-c|/b/0 -p $PORT",
            ),
            (
                "CMD sleep 5 && go run a.go && exec go run .",
                "/bin/sh|-c|sleep 5 && /b/0 && exec /b/1",
            ),
            (
                "SHELL [\"/bin/bash\", \"-ec\"]\nCMD X=1 go run . > log",
                "/bin/bash|-ec|X=1 /b/0 > log",
            ),
            (
                "CMD [\"sh\", \"-c\", \"cd x; go run .\"]",
                "sh|-c|cd x; /b/0",
            ),
            (
                "ENTRYPOINT [\"./wait.sh\", \"db:1\", \"--\"]\nCMD [\"go\", \"run\", \".\"]",
                "./wait.sh|db:1|--|/b/0",
            ),
            ("ENTRYPOINT go run .\nCMD [\"-v\"]", "/b/0"),
        ] {
            assert_eq!(started(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_is_not_replaced() {
        for text in [
            "CMD go run $MAIN",
            "CMD echo $(go run .)",
            "CMD [\"go\", \"run\"]",
            "CMD [\"go\", \"run\", \"x.org/y@latest\"]",
            "CMD go run -C cmd .",
        ] {
            assert_eq!(started(text), None, "{text}");
        }
    }
}
