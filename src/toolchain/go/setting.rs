//! Variables of the go command. In: a command of a RUN. Out: what a variable is for it, from the
//! command itself, ENV and ARG, or an earlier `go env -w`.

use crate::plan::build::{Build, RunCommand};
use crate::toolchain::compiled::tree::file_name;

/// What a variable is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// Nobody sets it.
    Unset,
    /// This.
    Known(String),
    /// Set, to something that is not known.
    Unknown,
}

impl Value {
    /// Its value, where it is known and not empty.
    pub(crate) fn known(&self) -> Option<&str> {
        match self {
            Self::Known(value) if !value.is_empty() => Some(value),
            _ => None,
        }
    }
}

/// The value of `name` for a command in the step `step`.
pub(crate) fn of(build: &Build<'_>, step: usize, command: &RunCommand, name: &str) -> Value {
    if let Some(value) = command.variables.get(name) {
        return Value::Known(value.clone());
    }
    if command
        .command
        .assignments
        .iter()
        .any(|(known, _)| known == name)
    {
        return Value::Unknown;
    }
    at(build, step, name)
}

/// The value of `name` for whatever runs in the step `step`, apart from what a command sets itself.
pub(crate) fn at(build: &Build<'_>, step: usize, name: &str) -> Value {
    let state = build.steps.get(step).map_or(&build.end, |step| &step.state);
    let known = state
        .contract
        .env
        .iter()
        .rev()
        .chain(state.args.iter().rev());
    let mut found = known
        .filter(|(known, _)| known == name)
        .map(|(_, value)| value.clone());
    match found.next() {
        Some(Some(value)) => return Value::Known(value),
        Some(None) => return Value::Unknown,
        None => {}
    }
    let prefix = format!("{name}=");
    let written = build.commands().filter(|(at, command)| {
        *at <= step
            && command.program.as_deref().map(file_name) == Some("go")
            && command.subcommand() == Some("env")
            && command.has_flag("-w")
    });
    let values = written.filter_map(|(_, command)| {
        command
            .known_arguments()
            .find_map(|word| word.strip_prefix(&prefix))
    });
    values
        .last()
        .map_or(Value::Unset, |value| Value::Known(value.to_owned()))
}

/// `CGO_ENABLED`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CgoEnabled {
    /// `0`.
    Off,
    /// `1`.
    On,
    /// Not set: go decides.
    Default,
    /// Set, to something that is not known.
    Unknown,
}

impl From<Value> for CgoEnabled {
    fn from(value: Value) -> Self {
        match value {
            Value::Unset => Self::Default,
            Value::Known(value) => match value.as_str() {
                "0" => Self::Off,
                "1" => Self::On,
                "" => Self::Default,
                _ => Self::Unknown,
            },
            Value::Unknown => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    fn cgo(text: &str) -> CgoEnabled {
        sample(
            &format!("FROM golang:1.25\n{text}\n"),
            &[("a", "")],
            |build| {
                let builds = |command: &RunCommand| command.subcommand() == Some("build");
                let (step, command) = build.commands().find(|(_, c)| builds(c)).unwrap();
                of(build, step, command, "CGO_ENABLED").into()
            },
        )
    }

    #[test]
    fn a_setting_holds_for_what_follows_it() {
        for (text, expected) in [
            ("RUN go build .", CgoEnabled::Default),
            ("RUN CGO_ENABLED=0 go build .", CgoEnabled::Off),
            ("ENV CGO_ENABLED=1\nRUN go build .", CgoEnabled::On),
            (
                "ENV CGO_ENABLED=1\nRUN CGO_ENABLED=0 go build .",
                CgoEnabled::Off,
            ),
            ("ARG CGO_ENABLED\nRUN go build .", CgoEnabled::Unknown),
            ("ARG CGO_ENABLED=0\nRUN go build .", CgoEnabled::Off),
            ("RUN export CGO_ENABLED=0 && go build .", CgoEnabled::Off),
            (
                "RUN go env -w CGO_ENABLED=0\nRUN go build .",
                CgoEnabled::Off,
            ),
            ("RUN go build .\nENV CGO_ENABLED=0", CgoEnabled::Default),
            ("RUN CGO_ENABLED=$(x) go build .", CgoEnabled::Unknown),
        ] {
            assert_eq!(cgo(text), expected, "{text}");
        }
    }
}
