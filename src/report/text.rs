//! The report for people: `path:line: word: message`, as compilers do it.

use std::io::{self, Write};

use super::model::Mode;
use super::style::printable;
use super::{FileReport, Palette, Status, Tally, Verbosity};
use crate::diff::DiffLine;
use crate::outcome::{Explanation, Rewrite};

/// Writes the results of files to two streams.
pub struct Reporter<'a> {
    /// Takes diffs.
    pub out: &'a mut dyn Write,
    /// Takes everything else.
    pub err: &'a mut dyn Write,
    /// The styles of `out`.
    pub out_palette: Palette,
    /// The styles of `err`.
    pub err_palette: Palette,
    /// How much `err` is told.
    pub verbosity: Verbosity,
    /// Whether rewrites come with the reasons of their lines.
    pub explain: bool,
    /// What is done with rewrites: proofs are told of in place of diffs where they are the point.
    pub mode: Mode,
    /// Whether a report in another format tells what came of the files. Then `out` is not for
    /// diffs, and `err` is told of failures alone unless the run is verbose.
    pub elsewhere: bool,
}

/// Writes an error to the stream `err`.
pub fn say_error(err: &mut dyn Write, palette: Palette, message: &str) -> io::Result<()> {
    let message = printable(message);
    writeln!(err, "{0}error{0:#}: {message}", palette.error)
}

/// A path on one line: a runner of workflows takes what begins a line for a command.
fn name(shown: &str) -> String {
    printable(shown).replace('\n', "\\n")
}

impl Reporter<'_> {
    /// Writes what came of one file. The error is that of a stream.
    pub fn file(&mut self, report: &FileReport) -> io::Result<()> {
        let palette = self.err_palette;
        let shown = &report.shown;
        let level = match self.verbosity {
            Verbosity::Normal if self.elsewhere => Verbosity::Quiet,
            level => level,
        };
        if let (Some(proof), false) = (&report.proof, self.elsewhere) {
            let (out, palette) = (&mut *self.out, self.out_palette);
            super::proof::write(out, palette, &name(shown), proof)?;
            if self.mode == Mode::Verify {
                return self.out.flush();
            }
        }
        match &report.status {
            Status::Rewritten(rewrite, diff) => {
                if !self.elsewhere {
                    self.diff(diff)?;
                }
                if level == Verbosity::Quiet {
                    return Ok(());
                }
                self.rewrite(shown, rewrite)
            }
            Status::Unchanged(reason) if level == Verbosity::Verbose => {
                let word = format!("{0}unchanged{0:#}[{1}]", palette.note, reason.code);
                self.message(shown, reason.line, &word, &reason.message)?;
                self.hint(reason.hint.as_deref())
            }
            Status::Declined(decline)
                if level >= Verbosity::Normal || report.status.is_failure() =>
            {
                let word = format!("{0}declined{0:#}[{1}]", palette.declined, decline.code);
                self.message(shown, decline.line, &word, &decline.message)?;
                self.hint(decline.hint.as_deref())
            }
            Status::Unchanged(_) | Status::Declined(_) => Ok(()),
            Status::Failed(reason) => self.error(&format!("{}: {reason}", name(shown))),
        }
    }

    fn hint(&mut self, hint: Option<&str>) -> io::Result<()> {
        let Some(hint) = hint else {
            return Ok(());
        };
        let strong = self.err_palette.strong;
        writeln!(self.err, "  = {strong}hint{strong:#}: {}", printable(hint))
    }

    fn applied(&self) -> bool {
        self.mode == Mode::Write
    }

    /// Writes an error.
    pub fn error(&mut self, message: &str) -> io::Result<()> {
        say_error(self.err, self.err_palette, message)
    }

    /// Writes a warning about the run as a whole.
    pub fn warning(&mut self, message: &str) -> io::Result<()> {
        if self.verbosity == Verbosity::Quiet {
            return Ok(());
        }
        writeln!(
            self.err,
            "{0}warning{0:#}: {1}",
            self.err_palette.declined,
            printable(message)
        )
    }

    /// Writes a note about the run as a whole.
    pub fn note(&mut self, message: &str) -> io::Result<()> {
        if self.verbosity == Verbosity::Quiet {
            return Ok(());
        }
        writeln!(
            self.err,
            "{0}note{0:#}: {1}",
            self.err_palette.note,
            printable(message)
        )
    }

    /// Writes the last lines of a run.
    pub fn summary(&mut self, tally: &Tally) -> io::Result<()> {
        let line = tally.line(self.applied());
        if let (Some(proofs), false) = (&tally.proofs, self.elsewhere) {
            writeln!(self.out, "{}", proofs.line())?;
            self.out.flush()?;
        }
        if self.verbosity == Verbosity::Quiet || line.is_empty() {
            return Ok(());
        }
        writeln!(self.err, "{}{line}", tally.table())
    }

    fn diff(&mut self, lines: &[DiffLine]) -> io::Result<()> {
        for DiffLine { kind, text } in lines {
            if self.out_palette.colour {
                // The line end stays outside of the colour, or pagers colour the next line.
                let style = self.out_palette.of_diff(*kind);
                let text = printable(text);
                let line = text.trim_end_matches(['\r', '\n']);
                let end = text.get(line.len()..).unwrap_or_default();
                write!(self.out, "{style}{line}{style:#}{end}")?;
            } else {
                self.out.write_all(text.as_bytes())?;
            }
        }
        // On a terminal both streams are one: the notes of a file belong behind its diff.
        self.out.flush()
    }

    fn rewrite(&mut self, shown: &str, rewrite: &Rewrite) -> io::Result<()> {
        let palette = self.err_palette;
        let verb = if self.applied() {
            "rewritten"
        } else {
            "would be rewritten"
        };
        let word = format!("{0}{verb}{0:#}", palette.good);
        let choice = format!(
            "toolchain `{}`, runtime `{}`",
            rewrite.toolchain, rewrite.runtime
        );
        self.message(shown, None, &word, &choice)?;
        for note in &rewrite.notes {
            let word = format!("{0}note{0:#}", palette.note);
            self.message(shown, note.line, &word, &note.message)?;
        }
        if self.explain {
            for explanation in &rewrite.explanations {
                self.explanation(&rewrite.text, explanation)?;
            }
        }
        Ok(())
    }

    fn message(
        &mut self,
        shown: &str,
        line: Option<usize>,
        word: &str,
        message: &str,
    ) -> io::Result<()> {
        let line = line.map(|line| format!("{line}:")).unwrap_or_default();
        writeln!(
            self.err,
            "{}:{line} {word}: {}",
            name(shown),
            printable(message)
        )
    }

    /// The emitted line under its new number, then its rule and its evidence.
    fn explanation(&mut self, text: &str, explanation: &Explanation) -> io::Result<()> {
        let Explanation {
            line,
            rule,
            evidence,
        } = explanation;
        let Palette { frame, strong, .. } = self.err_palette;
        let emitted = line
            .checked_sub(1)
            .and_then(|index| text.lines().nth(index))
            .unwrap_or_default();
        writeln!(
            self.err,
            "{frame}{line:>4} |{frame:#} {}",
            printable(emitted)
        )?;
        writeln!(
            self.err,
            "     = {strong}rule{strong:#}: {}",
            printable(rule)
        )?;
        for fact in evidence {
            writeln!(
                self.err,
                "     = {strong}evidence{strong:#}: {}",
                printable(fact)
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::unified;
    use crate::outcome::{Code, Decline, Note, Reason};
    use std::path::Path;

    fn report(status: Status, verbosity: Verbosity, colour: bool) -> (String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut reporter = Reporter {
            out: &mut out,
            err: &mut err,
            out_palette: Palette::new(colour),
            err_palette: Palette::new(colour),
            verbosity,
            explain: true,
            mode: Mode::Diff,
            elsewhere: false,
        };
        reporter
            .file(&FileReport::new("a/Dockerfile", status))
            .unwrap();
        (
            String::from_utf8(out).unwrap(),
            String::from_utf8(err).unwrap(),
        )
    }

    fn rewritten(old: &str, new: &str) -> Status {
        let rewrite = Rewrite {
            text: new.to_owned(),
            toolchain: "go",
            runtime: "distroless",
            notes: vec![Note {
                line: Some(3),
                message: "runs as 65532".to_owned(),
            }],
            explanations: vec![Explanation {
                line: 2,
                rule: "the program is copied".to_owned(),
                evidence: vec!["Dockerfile:2 `go build`".to_owned()],
            }],
        };
        Status::Rewritten(rewrite, unified(Path::new("a/Dockerfile"), old, new))
    }

    #[test]
    fn a_rewrite_is_a_diff_with_notes_and_explanations_beside_it() {
        let (out, err) = report(rewritten("a\n", "a\nb\n"), Verbosity::Normal, false);
        assert_eq!(
            out,
            "--- a/a/Dockerfile\n+++ b/a/Dockerfile\n@@ -1 +1,2 @@\n a\n+b\n"
        );
        assert_eq!(
            err,
            "a/Dockerfile: would be rewritten: toolchain `go`, runtime `distroless`\n\
             a/Dockerfile:3: note: runs as 65532\n\
             \x20  2 | b\n\
             \x20    = rule: the program is copied\n\
             \x20    = evidence: Dockerfile:2 `go build`\n"
        );
        let (out, err) = report(rewritten("a\n", "a\nb\n"), Verbosity::Quiet, false);
        assert!(out.ends_with("+b\n") && err.is_empty());
    }

    #[test]
    fn content_reaches_a_pipe_as_it_is_and_a_terminal_without_control_characters() {
        let (out, _) = report(rewritten("a\n", "a\u{1b}[2J\r\n"), Verbosity::Normal, false);
        assert!(out.ends_with("+a\u{1b}[2J\r\n"));
        let (out, _) = report(rewritten("a\n", "a\u{1b}[2J\r\n"), Verbosity::Normal, true);
        assert!(
            out.ends_with("\u{1b}[32m+a\\u{1b}[2J\u{1b}[0m\r\n"),
            "{out:?}"
        );
    }

    #[test]
    fn a_decline_names_line_code_and_hint() {
        let decline = Decline::new(Code::Onbuild, "`ONBUILD` runs elsewhere")
            .at(7)
            .hint("remove it");
        let (out, err) = report(Status::Declined(decline.clone()), Verbosity::Normal, false);
        assert_eq!(out, "");
        assert_eq!(
            err,
            "a/Dockerfile:7: declined[onbuild]: `ONBUILD` runs elsewhere\n  = hint: remove it\n"
        );
        assert_eq!(
            report(Status::Declined(decline), Verbosity::Quiet, false).1,
            ""
        );
    }

    #[test]
    fn an_unchanged_file_is_mentioned_on_request() {
        let reason = Reason {
            code: Code::MultiStage,
            line: Some(4),
            message: "has 2 stages".to_owned(),
            hint: None,
        };
        let status = Status::Unchanged(reason);
        assert_eq!(report(status.clone(), Verbosity::Normal, false).1, "");
        let (_, err) = report(status, Verbosity::Verbose, false);
        assert_eq!(
            err,
            "a/Dockerfile:4: unchanged[multi-stage]: has 2 stages\n"
        );
    }

    #[test]
    fn a_path_begins_no_line_of_its_own() {
        assert_eq!(name("a\n::error::\u{1b}b"), "a\\n::error::\\u{1b}b");
    }

    #[test]
    fn an_error_is_always_said() {
        let (_, err) = report(
            Status::Failed("is empty".to_owned()),
            Verbosity::Quiet,
            false,
        );
        assert_eq!(err, "error: a/Dockerfile: is empty\n");
    }
}
