//! The report as SARIF 2.1.0 (OASIS standard): a result for each rewrite, with its changes as a
//! fix, for each declined file, and for what was built and run and is not proved; what failed is a
//! notification of the invocation.

mod fix;
mod place;

use std::io::{self, Write};

use serde_json::{Value, json};

use super::model::{File, Kind, Report};
use crate::outcome::{Code, HARDENED};
use crate::verify::{Proof, Verdict};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The rule of a file that would be rewritten, or was.
const REWRITE: &str = "rewritten";

/// Writes `report` with a line end behind it.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let failed: Vec<_> = of_kind(report, Kind::Failed).map(notification).collect();
    let is_successful = failed.is_empty();
    let warned = report
        .warnings
        .iter()
        .map(|warning| json!({ "level": "warning", "message": { "text": plain(warning) } }));
    let unproved = report.files.iter().filter_map(unproved);
    // What was seen to differ is no fix for anything.
    let other = |kind| of_kind(report, kind).filter(|file| lacking(file).is_none());
    let rewrites = other(Kind::Rewritten).map(rewrite);
    let declines = other(Kind::Declined).map(decline);
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": report.restage,
                "rules": rules(report),
            } },
            "columnKind": "utf16CodeUnits",
            "originalUriBaseIds": { place::ROOT: {
                "description": { "text": "the root of the work tree" },
            } },
            "invocations": [{
                "executionSuccessful": is_successful,
                "toolExecutionNotifications": failed.into_iter().chain(warned).collect::<Vec<_>>(),
            }],
            "results": unproved.chain(rewrites).chain(declines).collect::<Vec<_>>(),
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

fn of_kind<'r>(report: &'r Report<'r>, kind: Kind) -> impl Iterator<Item = &'r File<'r>> {
    report.files.iter().filter(move |file| file.status == kind)
}

/// The proof of a file, where it proves nothing.
fn lacking<'f>(file: &'f File<'_>) -> Option<&'f Proof> {
    file.proof.filter(|proof| proof.verdict != Verdict::Proved)
}

/// One rule for rewrites, and one for each code that the report declines a file with, or finds fault
/// with a proof.
fn rules(report: &Report<'_>) -> Vec<Value> {
    let rewrite = json!({
        "id": REWRITE,
        "shortDescription": { "text": "the image can do without its build tools" },
        "help": { "text": "The Dockerfile has one stage, and a rewrite into a builder stage and a \
            final stage was shown to be safe. Review it as a diff, and apply it with \
            `restage --write`." },
        "defaultConfiguration": { "level": "warning" },
    });
    let is_used = |code: Code| {
        of_kind(report, Kind::Declined).any(|file| file.code == Some(code.as_str()))
            || code == Code::NotProved && report.files.iter().any(|file| lacking(file).is_some())
    };
    let codes = Code::ALL.iter().filter(|code| is_used(**code));
    let declines = codes.map(|code| {
        let level = match code {
            Code::NotProved => "error",
            _ => "note",
        };
        json!({
            "id": code.as_str(),
            "shortDescription": { "text": code.summary() },
            "help": { "text": plain(&code.explanation()) },
            "defaultConfiguration": { "level": level },
        })
    });
    std::iter::once(rewrite).chain(declines).collect()
}

fn rewrite(file: &File<'_>) -> Value {
    let what = if file.runtime == Some(HARDENED) {
        "can be hardened in its one stage"
    } else {
        "can be split into a builder and a runtime stage"
    };
    let mut text = format!(
        "{what}: toolchain `{}`, runtime `{}`",
        file.toolchain.unwrap_or_default(),
        file.runtime.unwrap_or_default()
    );
    for note in &file.notes {
        text.push_str("\n- ");
        text.push_str(note.message);
    }
    let mut result = json!({
        "ruleId": REWRITE,
        "level": "warning",
        "message": { "text": plain(&text) },
        "locations": place::locations(file, file.first_change()),
    });
    if let (Some((before, after)), Some(artifact)) = (file.texts, place::artifact(file)) {
        result["fixes"] = json!([{
            "description": { "text": "split the Dockerfile into two stages" },
            "artifactChanges": [{
                "artifactLocation": artifact,
                "replacements": fix::replacements(before, after),
            }],
        }]);
    }
    result
}

/// The result of a file that was built and run, and is not proved.
fn unproved(file: &File<'_>) -> Option<Value> {
    let proof = lacking(file)?;
    let mut text = format!("not proved to run as its original: {}", proof.verdict);
    for difference in &proof.differences {
        text.push_str("\n- ");
        text.push_str(difference);
    }
    Some(json!({
        "ruleId": Code::NotProved.as_str(),
        "level": "error",
        "message": { "text": plain(&text) },
        "locations": place::locations(file, file.first_change().or(file.line)),
    }))
}

fn decline(file: &File<'_>) -> Value {
    json!({
        "ruleId": file.code.unwrap_or_default(),
        "level": "note",
        "message": { "text": plain(&sentence(file)) },
        "locations": place::locations(file, file.line),
    })
}

fn notification(file: &File<'_>) -> Value {
    json!({
        "level": "error",
        "message": { "text": plain(&format!("{}: {}", file.path, sentence(file))) },
        "locations": place::locations(file, file.line),
    })
}

fn sentence(file: &File<'_>) -> String {
    let message = file.message.unwrap_or_default();
    match file.hint {
        Some(hint) => format!("{message}\nhint: {hint}"),
        None => message.to_owned(),
    }
}

/// `text` so that a reader of SARIF takes none of it for a placeholder (3.11.5 of the standard) or
/// a link (3.11.6).
fn plain(text: &str) -> String {
    let text = text.replace('{', "{{").replace('}', "}}");
    if !text.contains("](") {
        return text;
    }
    text.replace('\\', "\\\\")
        .replace('[', "\\[")
        .replace(']', "\\]")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_a_file_holds_is_no_link_and_no_placeholder() {
        assert_eq!(plain("`CMD [\"/x\"]` {0}"), "`CMD [\"/x\"]` {{0}}");
        assert_eq!(
            plain("[a](https://example.org)"),
            "\\[a\\](https://example.org)"
        );
    }
}
