//! What the original did and what the rewrite did in, where they differ out. Where the original does
//! not do the same twice either, nothing can be said.

use std::collections::BTreeSet;
use std::fmt;

use super::normal::normal;
use super::observe::Seen;
use super::request::Answer;

/// What was compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Aspect {
    /// Whether it ended, and with which code.
    End,
    /// What it wrote.
    Output,
    /// The ports that it listened on.
    Ports,
    /// A part of the answer to a request: a body that changes from run to run excuses no status.
    Answer(String, &'static str),
    /// Whether it heard the stop signal.
    Stop,
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => f.write_str("the end of the program"),
            Self::Output => f.write_str("its output"),
            Self::Ports => f.write_str("the ports that it listens on"),
            Self::Answer(asked, part) => write!(f, "{asked}: the {part}"),
            Self::Stop => f.write_str("the stop signal"),
        }
    }
}

/// A difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    /// In what.
    pub(super) aspect: Aspect,
    /// A sentence.
    pub(super) message: String,
}

/// Where the rewrite does not do what the original did.
pub(super) fn differences(before: &Seen, after: &Seen) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut differs = |aspect, message| found.push(Difference { aspect, message });
    match (before.ended, after.ended) {
        (Some(one), Some(other)) if one != other => differs(
            Aspect::End,
            format!(
                "it ends with exit code {other} instead of {one}{}",
                words(after)
            ),
        ),
        (Some(one), Some(_)) => {
            if let Some(message) = output(one, before, after) {
                differs(Aspect::Output, message);
            }
        }
        (None, Some(code)) => differs(
            Aspect::End,
            format!(
                "it ends with exit code {code} where the original runs on{}",
                words(after)
            ),
        ),
        (Some(code), None) => differs(
            Aspect::End,
            format!("it runs on where the original ends with exit code {code}"),
        ),
        (None, None) => {}
    }
    if let (Ok(one), Ok(other)) = (&before.listening, &after.listening)
        && before.ended.is_none()
        && after.ended.is_none()
        && one != other
    {
        let message = format!("it listens on {} instead of {}", ports(other), ports(one));
        differs(Aspect::Ports, message);
    }
    for ((probe, one), (_, other)) in before.answers.iter().zip(&after.answers) {
        let asked = format!("GET :{}{}", probe.port, probe.path);
        if let Some((part, what)) = answer(one, other) {
            let message = format!("{asked}: {what}");
            differs(Aspect::Answer(asked, part), message);
        }
    }
    if let (Some(one), Some(other)) = (before.stop, after.stop)
        && other.is_killed()
        && !one.is_killed()
    {
        differs(Aspect::Stop, "it does not hear the stop signal".to_owned());
    }
    found
}

/// The output of programs that end with the same code. A program that fails may fail for a reason
/// of the rewrite's: it must say nothing that the original does not say.
fn output(code: i32, before: &Seen, after: &Seen) -> Option<String> {
    if code == 0 {
        let (one, other) = (normal(&before.out), normal(&after.out));
        let same = without_banner(&one) == without_banner(&other);
        return (!same)
            .then(|| format!("it writes something else{}", first_difference(&one, &other)));
    }
    let one = normal(&format!("{}\n{}", before.out, before.err));
    let other = normal(&format!("{}\n{}", after.out, after.err));
    let said: BTreeSet<&str> = one.lines().map(str::trim).collect();
    let new = other
        .lines()
        .map(str::trim)
        .find(|line| !said.contains(line));
    new.map(|line| format!("it fails with other words: {}", short(line)))
}

/// The lines without what a package manager puts around a script that it runs: a rewrite starts
/// the program itself.
fn without_banner(text: &str) -> Vec<&str> {
    let banner = |line: &str| {
        ["> ", "$ ", "yarn run v", "Done in "]
            .iter()
            .any(|start| line.starts_with(start))
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.filter(|line| !banner(line)).collect()
}

fn first_difference(one: &str, other: &str) -> String {
    let mut pairs = one.lines().zip(other.lines());
    match pairs.find(|(one, other)| one != other) {
        Some((one, other)) => format!(": {} instead of {}", short(other), short(one)),
        None => String::new(),
    }
}

/// The first part in which answers differ, and how.
fn answer(
    before: &Result<Answer, String>,
    after: &Result<Answer, String>,
) -> Option<(&'static str, String)> {
    let (one, other) = match (before, after) {
        (Ok(one), Ok(other)) => (one, other),
        (Ok(one), Err(error)) => {
            return Some(("status", format!("no answer ({error}) instead of {one}")));
        }
        (Err(error), Ok(other)) => {
            let message = format!("{other} where the original gives no answer ({error})");
            return Some(("status", message));
        }
        (Err(_), Err(_)) => return None,
    };
    if one.status != other.status {
        return Some(("status", format!("{other} instead of {one}")));
    }
    for (part, one, other) in [
        ("content type", &one.content_type, &other.content_type),
        ("place", &one.location, &other.location),
    ] {
        if one != other {
            return Some((part, format!("the {part} `{other}` instead of `{one}`")));
        }
    }
    let text = |answer: &Answer| normal(&String::from_utf8_lossy(&answer.body));
    let (one, other) = (text(one), text(other));
    (one != other).then(|| {
        let message = format!("another body{}", first_difference(&one, &other));
        ("body", message)
    })
}

fn ports(ports: &BTreeSet<u16>) -> String {
    let all: Vec<_> = ports.iter().map(u16::to_string).collect();
    if all.is_empty() {
        "no port".to_owned()
    } else {
        format!("port {}", all.join(", "))
    }
}

/// The last words of a program.
fn words(seen: &Seen) -> String {
    let all = format!("{}\n{}", seen.out, seen.err);
    let lines: Vec<&str> = all
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let last = lines
        .get(lines.len().saturating_sub(3)..)
        .unwrap_or_default();
    if last.is_empty() {
        return String::new();
    }
    format!(": {}", short(&last.join(" / ")))
}

/// A line that a message can hold.
fn short(line: &str) -> String {
    let mut text: String = line.chars().take(200).collect();
    if text.len() < line.len() {
        text.push('…');
    }
    format!("`{text}`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::observe::Stop;
    use crate::verify::settings::Probe;
    use std::time::Duration;

    fn ended(code: i32, out: &str, err: &str) -> Seen {
        Seen {
            started: true,
            ended: Some(code),
            out: out.to_owned(),
            err: err.to_owned(),
            listening: Ok(BTreeSet::new()),
            answers: Vec::new(),
            start: Duration::ZERO,
            stop: None,
        }
    }

    fn serving(body: &str, code: i32) -> Seen {
        let probe = Probe {
            port: 80,
            path: "/".to_owned(),
            status: None,
        };
        let answer = Answer {
            status: Some(200),
            content_type: "text/html".to_owned(),
            location: String::new(),
            body: body.as_bytes().to_vec(),
        };
        Seen {
            ended: None,
            listening: Ok([80].into()),
            answers: vec![(probe, Ok(answer))],
            stop: Some(Stop {
                code: Some(code),
                took: Duration::ZERO,
            }),
            ..ended(0, "", "")
        }
    }

    fn messages(before: &Seen, after: &Seen) -> Vec<String> {
        let found = differences(before, after);
        found
            .into_iter()
            .map(|difference| difference.message)
            .collect()
    }

    #[test]
    fn programs_that_end_do_so_with_code_and_output() {
        let one = ended(
            0,
            "> app@1.0.0 start\n> node a.js\n\nhello at 12:00:00\n",
            "chatter",
        );
        assert!(messages(&one, &ended(0, "hello at 12:00:01\n", "")).is_empty());
        assert_eq!(
            messages(&one, &ended(0, "hi\n", "")),
            ["it writes something else: `hi` instead of `> app@1.0.0 start`"]
        );
        assert_eq!(
            messages(&one, &ended(127, "", "sh: not found\n")),
            ["it ends with exit code 127 instead of 0: `sh: not found`"]
        );
    }

    #[test]
    fn a_body_that_changes_excuses_no_other_status() {
        let one = serving("<p>1</p>", 0);
        let mut failing = serving("no template", 0);
        if let Ok(answer) = &mut failing.answers[0].1 {
            answer.status = Some(500);
        }
        let aspects = |other: &Seen| {
            let found = differences(&one, other).into_iter();
            found
                .map(|difference| difference.aspect)
                .collect::<Vec<_>>()
        };
        assert_ne!(aspects(&serving("<p>2</p>", 0)), aspects(&failing));
    }

    #[test]
    fn a_failure_must_be_the_same_failure() {
        let one = ended(1, "", "npm error code 1\nno database\n");
        assert!(messages(&one, &ended(1, "", "no database\n")).is_empty());
        assert_eq!(
            messages(&one, &ended(1, "", "no template\n")),
            ["it fails with other words: `no template`"]
        );
    }

    #[test]
    fn servers_are_compared_by_ports_answers_and_their_end() {
        let one = serving("<p>1</p>", 0);
        assert!(messages(&one, &serving("<p>1</p>", 143)).is_empty());
        assert_eq!(
            messages(&one, &serving("<p>2</p>", 137)),
            [
                "GET :80/: another body: `<p>2</p>` instead of `<p>1</p>`",
                "it does not hear the stop signal"
            ]
        );
        let mut other = serving("<p>1</p>", 0);
        other.listening = Ok([8080].into());
        other.answers = vec![(one.answers[0].0.clone(), Err("refused".to_owned()))];
        assert_eq!(
            messages(&one, &other),
            [
                "it listens on port 8080 instead of port 80",
                "GET :80/: no answer (refused) instead of 200"
            ]
        );
        assert_eq!(
            messages(&one, &ended(1, "", "no such file\n")),
            ["it ends with exit code 1 where the original runs on: `no such file`"]
        );
    }
}
