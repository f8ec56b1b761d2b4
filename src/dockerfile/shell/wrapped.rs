//! Commands that run another one as it stands: `env A=1 program`, `time program`.

use super::{Command, Part, Word};

/// A wrapper, and its flags that take a value in the next word.
const WRAPPERS: [(&str, &[&str]); 9] = [
    ("builtin", &[]),
    ("command", &[]),
    ("env", &["-u", "--unset", "-C", "--chdir"]),
    ("exec", &["-a"]),
    ("ionice", &["-c", "-n", "-p"]),
    ("nice", &["-n"]),
    ("nohup", &[]),
    ("sudo", &[]),
    ("time", &["-f", "-o"]),
];

/// How many wrappers stand around a command at most.
const MAX_WRAPPERS: usize = 8;

impl Command {
    /// The command without what it is wrapped in; variables of `env` become its assignments.
    #[must_use]
    pub fn unwrapped(mut self) -> Self {
        for _ in 0..MAX_WRAPPERS {
            let Some((count, assignments)) = self.wrapper() else {
                break;
            };
            self.words.drain(..count);
            self.assignments.extend(assignments);
        }
        self
    }

    /// How many words the wrapper has with its flags, and what it assigns; `None` where there is
    /// none, or where nothing stands behind it.
    fn wrapper(&self) -> Option<(usize, Vec<(String, Word)>)> {
        let program = self.program()?;
        let name = program.rsplit('/').next()?;
        let (_, with_value) = WRAPPERS.iter().find(|(known, _)| *known == name)?;
        let mut assignments = Vec::new();
        let mut words = self.words.iter().enumerate().skip(1);
        while let Some((index, word)) = words.next() {
            let raw = word.raw.as_str();
            // `command -v` asks, `env -C` and `sudo -u` change more than this tells.
            if matches!(
                (name, raw),
                ("command", "-v" | "-V") | ("env", "-C" | "--chdir" | "-S") | ("sudo", "-u" | "-i")
            ) {
                return None;
            }
            let pair = (name == "env").then(|| assignment(word)).flatten();
            match pair {
                _ if with_value.contains(&raw) => _ = words.next(),
                _ if raw.starts_with('-') => {}
                Some(pair) => assignments.push(pair),
                None => return Some((index, assignments)),
            }
        }
        None
    }
}

/// `NAME=value` as the two.
fn assignment(word: &Word) -> Option<(String, Word)> {
    let (Part::Literal(first), rest) = word.parts.split_first()? else {
        return None;
    };
    let (name, value) = first.split_once('=')?;
    let is_name = !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    let (_, raw) = word.raw.split_once('=')?;
    let mut parts = vec![Part::Literal(value.to_owned())];
    parts.extend(rest.iter().cloned());
    let value = Word {
        raw: raw.to_owned(),
        parts,
    };
    is_name.then(|| (name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use crate::dockerfile::shell;

    fn unwrapped(text: &str) -> String {
        let command = shell::parse(text).commands.remove(0).unwrapped();
        let pairs = command.assignments.iter();
        let pairs = pairs.map(|(name, value)| format!("{name}={}", value.raw));
        let words = command.words.iter().map(|word| word.raw.clone());
        pairs.chain(words).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_run_is_told_from_what_runs_it() {
        for (text, inner) in [
            ("env A=1 B=\"x y\" go build", "A=1 B=\"x y\" go build"),
            ("A=1 time -p nice -n 10 make", "A=1 make"),
            ("exec env -u A -i B=$C npm ci", "B=$C npm ci"),
            ("sudo -E apt-get install -y git", "apt-get install -y git"),
        ] {
            assert_eq!(unwrapped(text), inner);
        }
    }

    #[test]
    fn what_does_more_is_left() {
        for text in [
            "command -v git",
            "env",
            "env A=1",
            "sudo -u app make",
            "env -C /x make",
        ] {
            assert_eq!(unwrapped(text), text);
        }
    }
}
