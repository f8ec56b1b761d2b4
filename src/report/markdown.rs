//! The report as Markdown, for a comment on a pull request: a table, what proofs found, and the
//! diffs to unfold.

mod escape;
mod proof;

use std::fmt::Write as _;
use std::io;

use super::model::{File, Kind, Mode, Report};
use super::style::printable;
use crate::verify::Verdict;
use escape::{code, fence, markup, prose};

/// GitHub takes comments of up to 65,536 characters; the rest is for what others put around.
const LIMIT: usize = 60_000;

/// The most warnings about the run as a whole.
const WARNINGS: usize = 20;

/// What the table may take of it.
const TABLE: usize = LIMIT / 2;

/// Writes `report`. What would make a comment too long is left out, and a sentence says so.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let line = report.summary.line(report.mode == Mode::Write);
    let line = if line.is_empty() {
        "no Dockerfile found"
    } else {
        &line
    };
    let mut text = format!("### restage: {line}\n");
    if let Some(proofs) = &report.summary.proofs {
        writeln!(text, "\nBuilt and run: {}.", proofs.line()).unwrap_or_default();
    }
    for warning in report.warnings.iter().take(WARNINGS) {
        writeln!(text, "\n⚠ {}", prose(warning)).unwrap_or_default();
    }
    table(report, &mut text);
    let proofs = report.files.iter().filter_map(proof::block);
    within_limit(&mut text, proofs, ["proof is", "proofs are"]);
    let diffs = report.files.iter().filter(|file| file.diff.is_some());
    within_limit(&mut text, diffs.map(block), ["diff is", "diffs are"]);
    out.write_all(text.as_bytes())
}

/// A row for every file that is not simply left as it is: what is not proved first, then rewrites.
fn table(report: &Report<'_>, text: &mut String) {
    let mut files: Vec<_> = report.files.iter().filter(|file| is_news(file)).collect();
    if files.is_empty() {
        return;
    }
    files.sort_by_key(|file| (!is_unproved(file), place(file.status)));
    let has_proofs = files.iter().any(|file| file.proof.is_some());
    text.push_str(if has_proofs {
        "\n| Dockerfile | result | proof | about |\n| --- | --- | --- | --- |\n"
    } else {
        "\n| Dockerfile | result | about |\n| --- | --- | --- |\n"
    });
    let rows = files.into_iter().map(|file| row(file, has_proofs));
    let mut left_out = 0;
    for row in rows {
        if left_out > 0 || length(text) + length(&row) > TABLE {
            left_out += 1;
        } else {
            text.push_str(&row);
        }
    }
    if left_out > 0 {
        writeln!(text, "\n… and {left_out} more.").unwrap_or_default();
    }
}

fn is_news(file: &File<'_>) -> bool {
    file.status != Kind::Unchanged || file.proof.is_some()
}

fn is_unproved(file: &File<'_>) -> bool {
    file.proof
        .is_some_and(|proof| proof.verdict != Verdict::Proved)
}

/// Where files of a status stand in the table.
fn place(status: Kind) -> usize {
    let order = [Kind::Rewritten, Kind::Failed, Kind::Declined];
    let place = order.iter().position(|kind| *kind == status);
    place.unwrap_or(order.len())
}

fn row(file: &File<'_>, has_proofs: bool) -> String {
    let place = match file.line {
        Some(line) => format!("{}:{line}", file.path),
        None => file.path.to_owned(),
    };
    let about = match (file.toolchain, file.runtime) {
        (Some(toolchain), Some(runtime)) => format!("{toolchain}, {runtime}"),
        _ => prose(file.message.unwrap_or_default()),
    };
    let result = match file.code {
        Some(code) => format!("{} `{code}`", file.status.as_str()),
        None => file.status.as_str().to_owned(),
    };
    let mut cells = vec![code(&place), result];
    if has_proofs {
        cells.push(file.proof.map(proof::cell).unwrap_or_default());
    }
    cells.push(about);
    let cells = cells.iter().map(|cell| cell.replace('|', "\\|"));
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

/// Adds as many of `blocks` as there is room for, and says how many there was none for; `words`
/// name one and several of them.
fn within_limit(text: &mut String, blocks: impl Iterator<Item = String>, words: [&str; 2]) {
    let mut left_out = 0;
    for block in blocks {
        if length(text) + length(&block) > LIMIT {
            left_out += 1;
        } else {
            text.push_str(&block);
        }
    }
    if left_out > 0 {
        let [one, several] = words;
        let what = if left_out == 1 { one } else { several };
        writeln!(
            text,
            "\n{left_out} more {what} left out, because comments have a limit."
        )
        .unwrap_or_default();
    }
}

/// Notes and diff of a rewrite.
fn block(file: &File<'_>) -> String {
    let diff = printable(file.diff.as_deref().unwrap_or_default());
    let fence = fence(&diff);
    let mut notes = String::new();
    for note in &file.notes {
        let line = note.line.map(|line| format!("line {line}: "));
        let line = line.unwrap_or_default();
        writeln!(notes, "- {line}{}", prose(note.message)).unwrap_or_default();
    }
    if !notes.is_empty() {
        notes.push('\n');
    }
    let path = markup(file.path);
    format!(
        "\n<details><summary><code>{path}</code></summary>\n\n\
         {notes}{fence}diff\n{diff}{fence}\n\n</details>\n"
    )
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::unified;
    use crate::outcome::{Code, Decline, Note, Rewrite};
    use crate::report::{FileReport, Status};
    use std::path::Path;

    fn rewritten(path: &str, new: &str) -> FileReport {
        let rewrite = Rewrite {
            text: new.to_owned(),
            toolchain: "go",
            runtime: "slim",
            notes: vec![Note {
                line: Some(1),
                message: "ask @somebody".to_owned(),
            }],
            explanations: Vec::new(),
        };
        let diff = unified(Path::new(path), "FROM a\n", new);
        FileReport {
            toolchain: Some("go"),
            ..FileReport::new(path, Status::Rewritten(rewrite, diff))
        }
    }

    fn text(reports: &[FileReport]) -> String {
        let report = Report::new(Mode::Diff, &[], reports.iter().map(|report| (report, None)));
        let mut out = Vec::new();
        write(&report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_path_and_a_diff_cannot_leave_their_places() {
        let text = text(&[rewritten("p|`<b>", "FROM a\n# ````\n")]);
        assert!(
            text.contains("\n| ``p\\|`<b>`` | rewritten | go, slim |\n"),
            "{text}"
        );
        assert!(text.contains("<code>p|&#96;&lt;b&gt;</code>"), "{text}");
        assert!(text.contains("- line 1: ask @<!-- -->somebody\n"), "{text}");
        assert!(text.contains("\n`````diff\n"), "{text}");
        assert!(text.contains("+# ````\n`````\n"), "{text}");
    }

    #[test]
    fn a_comment_stays_within_its_limit_and_says_what_is_missing() {
        let long = format!("FROM b\n# {}\n", "x".repeat(25_000));
        let mut reports = vec![rewritten("a", &long); 4];
        let decline = Decline::new(Code::Onbuild, "y".repeat(1_000));
        reports.extend(vec![FileReport::new("d", Status::Declined(decline)); 80]);
        let text = text(&reports);
        assert!(length(&text) < 65_536, "{}", length(&text));
        assert!(text.contains("\n… and 5"), "{text}");
        assert!(text.contains("more diffs are left out, because"), "{text}");
    }
}
