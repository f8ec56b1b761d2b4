//! `poetry run`, `pipenv run`, `uv run` and `pdm run` in ENTRYPOINT and CMD. In: both as the image has
//! them. Out: both with what the manager runs in its place: the environment is on PATH already.

use super::manager::{Does, Manager};
use crate::dockerfile::instruction::Form;
use crate::dockerfile::shell;
use crate::plan::analysis::Launch;
use crate::plan::because::Because;
use crate::plan::build::Build;

/// ENTRYPOINT and CMD without project managers, and how many of them were taken out. `None` where
/// there are none, or where one stands in a way that is not followed.
pub(super) fn of(build: &Build<'_>) -> Option<(Launch, usize)> {
    let contract = &build.end.contract;
    let mut count = 0;
    let mut form = |form: &Form| match form {
        Form::Exec(words) => in_words(words, &mut count),
        Form::Shell(text) => {
            let text = in_text(text, &mut count)?;
            Some(shell::plain_words(&text).unwrap_or_else(|| by_shell(&contract.shell, text)))
        }
    };
    let takes_none = matches!(contract.entrypoint, Some(Form::Shell(_)));
    let (entrypoint, cmd) = match (&contract.entrypoint, &contract.cmd) {
        // The manager in ENTRYPOINT, and what it runs in CMD.
        (Some(Form::Exec(front)), Some(Form::Exec(behind))) if is_run_alone(front) => {
            let words: Vec<String> = front.iter().chain(behind).cloned().collect();
            let cmd = in_words(&words, &mut count)?;
            // With other arguments it would have to be another program.
            if cmd.first() != behind.first() {
                return None;
            }
            (None, Some(cmd))
        }
        (entrypoint, cmd) => {
            let entrypoint = match entrypoint {
                Some(entrypoint) => Some(form(entrypoint)?),
                None => None,
            };
            let cmd = match cmd {
                Some(cmd) if !takes_none => Some(form(cmd)?),
                _ => None,
            };
            (entrypoint, cmd)
        }
    };
    let because = Because::rule("the program is run in the environment itself, which is on PATH");
    let launch = Launch::Replace {
        entrypoint,
        cmd,
        because,
    };
    (count > 0).then_some((launch, count))
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

fn file_name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// Whether the words are a manager's `run` with nothing to run.
fn is_run_alone(words: &[String]) -> bool {
    let Some((first, rest)) = words.split_first() else {
        return false;
    };
    let rest: Vec<Option<String>> = rest.iter().cloned().map(Some).collect();
    Manager::of(file_name(first)).is_some_and(
        |manager| matches!(manager.does(&rest), Does::Run(run) if run.words.is_empty()),
    )
}

/// Exec form: the manager stands first, or behind a small init, or in a text for a shell.
fn in_words(words: &[String], count: &mut usize) -> Option<Vec<String>> {
    let is_shell = |word: &str| matches!(file_name(word), "sh" | "bash" | "ash" | "dash");
    if let [shell, flag, text, rest @ ..] = words
        && is_shell(shell)
        && flag.starts_with('-')
        && !flag.starts_with("--")
        && flag.contains('c')
    {
        let mut all = vec![shell.clone(), flag.clone(), in_text(text, count)?];
        all.extend(rest.iter().cloned());
        return Some(all);
    }
    let is_manager = |word: &String| Manager::of(file_name(word)).is_some();
    let Some(at) = words.iter().position(is_manager) else {
        return Some(words.to_vec());
    };
    let (front, run) = words.split_at(at);
    let is_init = |word: &String| {
        word.starts_with('-') || matches!(file_name(word), "tini" | "dumb-init" | "exec")
    };
    if !front.iter().all(is_init) {
        return Some(words.to_vec());
    }
    let (manager, arguments) = run.split_first()?;
    let arguments: Vec<Option<String>> = arguments.iter().cloned().map(Some).collect();
    let Does::Run(run) = Manager::of(file_name(manager))?.does(&arguments) else {
        return Some(words.to_vec());
    };
    if run.words.is_empty() {
        return None;
    }
    *count += 1;
    let inner: Option<Vec<String>> = run.inner().into_iter().collect();
    Some(front.iter().cloned().chain(inner?).collect())
}

/// Shell text: from each manager's name up to what it runs.
fn in_text(text: &str, count: &mut usize) -> Option<String> {
    let script = shell::parse(text);
    let mut result = String::new();
    let mut copied = 0;
    for command in &script.commands {
        let is_prefix = |raw: &str| matches!(raw, "exec" | "nohup" | "time");
        let before = command
            .words
            .iter()
            .take_while(|word| is_prefix(&word.raw))
            .count();
        let words = command.words.get(before..).unwrap_or_default();
        let Some(manager) = words
            .first()
            .and_then(|word| Manager::of(file_name(&word.raw)))
        else {
            continue;
        };
        let arguments: Vec<Option<String>> = words.iter().skip(1).map(shell::Word::value).collect();
        let Does::Run(run) = manager.does(&arguments) else {
            continue;
        };
        let name = words.first()?;
        let program = words.get(run.skip + 1)?;
        if !script.understood || command.span.start < copied {
            return None;
        }
        let start = text.get(command.span.start..)?.find(&name.raw)? + command.span.start;
        let behind = start + name.raw.len();
        let end = text.get(behind..)?.find(&program.raw)? + behind;
        result.push_str(text.get(copied..start)?);
        // What an interpreter must be told to run gets it in front.
        let front = run.inner().len() - run.words.len();
        for word in run.inner().into_iter().take(front) {
            result.push_str(&word?);
            result.push(' ');
        }
        copied = end;
        *count += 1;
    }
    result.push_str(text.get(copied..)?);
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Project;
    use super::*;

    fn cmd(lines: &str) -> Option<Vec<String>> {
        let text = format!("FROM python:3.12\nWORKDIR /app\nCOPY . .\n{lines}\n");
        Project::new(&text, &[("a.py", "")]).build(|build| match of(build)?.0 {
            Launch::Replace {
                entrypoint: None,
                cmd,
                ..
            } => cmd,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn what_managers_run_is_run_itself() {
        let words = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect());
        assert_eq!(
            cmd("CMD [\"poetry\", \"run\", \"uvicorn\", \"a:app\"]"),
            words(&["uvicorn", "a:app"])
        );
        assert_eq!(
            cmd("CMD [\"uv\", \"run\", \"--no-dev\", \"a.py\", \"-v\"]"),
            words(&["python", "a.py", "-v"])
        );
        assert_eq!(
            cmd("CMD pipenv run python a.py"),
            words(&["python", "a.py"])
        );
        assert_eq!(
            cmd("CMD exec uv run -m a --port $PORT"),
            words(&["/bin/sh", "-c", "exec python -m a --port $PORT"])
        );
        assert_eq!(
            cmd("ENTRYPOINT [\"poetry\", \"run\"]\nCMD [\"gunicorn\", \"a\"]"),
            words(&["gunicorn", "a"])
        );
        assert_eq!(cmd("CMD [\"python\", \"a.py\"]"), None);
    }
}
