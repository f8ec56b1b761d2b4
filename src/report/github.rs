//! The report as workflow commands of GitHub Actions, which show it as annotations beside the
//! lines of a pull request.
//!
//! Commands and their escapes: `packages/core/src/command.ts` of actions/toolkit. Files that stay
//! as they are get none, because GitHub shows ten annotations of a kind for each step.

use std::io::{self, Write};

use super::model::{File, Kind, Mode, Report};
use crate::verify::Verdict;

/// Writes a command for every file that somebody should look at. With `strict` a declined file
/// is an error, as it is for the exit code.
pub(super) fn write(report: &Report<'_>, strict: bool, out: &mut dyn Write) -> io::Result<()> {
    for warning in report.warnings {
        writeln!(out, "::warning title=restage::{}", data(warning))?;
    }
    for file in &report.files {
        let proof = file.proof.map(|proof| proof.verdict);
        let command = match file.status {
            _ if proof.is_some_and(|verdict| verdict != Verdict::Proved) => "error",
            _ if proof.is_some() => "notice",
            Kind::Unchanged => continue,
            Kind::Failed => "error",
            Kind::Declined if strict => "error",
            Kind::Declined => "notice",
            Kind::Rewritten => match report.mode {
                Mode::Check => "error",
                Mode::Diff => "warning",
                Mode::Write | Mode::Verify => "notice",
            },
        };
        let line = file.line.or_else(|| file.first_change());
        let line = line.map(|line| format!(",line={line}")).unwrap_or_default();
        writeln!(
            out,
            "::{command} file={}{line},title={}::{}",
            property(file.from_root()),
            property(&title(file, report.mode)),
            data(&message(file))
        )?;
    }
    Ok(())
}

fn title(file: &File<'_>, mode: Mode) -> String {
    if let Some(proof) = file.proof {
        return format!("restage: {}", proof.verdict);
    }
    let code = file.code.map(|code| format!("[{code}]"));
    match (file.status, mode) {
        (Kind::Rewritten, Mode::Write) => "restage: rewritten".to_owned(),
        (Kind::Rewritten, _) => "restage: would be rewritten".to_owned(),
        (status, _) => format!("restage: {}{}", status.as_str(), code.unwrap_or_default()),
    }
}

fn message(file: &File<'_>) -> String {
    let mut lines = Vec::new();
    if let Some(proof) = file.proof {
        lines.extend(proof.differences.iter().cloned());
        lines.extend(proof.alike.iter().cloned());
    }
    if let (Some(toolchain), Some(runtime)) = (file.toolchain, file.runtime) {
        lines.push(format!("toolchain `{toolchain}`, runtime `{runtime}`"));
    }
    lines.extend(file.message.map(str::to_owned));
    lines.extend(file.hint.map(|hint| format!("hint: {hint}")));
    for note in &file.notes {
        let line = note.line.map(|line| format!("line {line}: "));
        lines.push(format!(
            "note: {}{}",
            line.unwrap_or_default(),
            note.message
        ));
    }
    lines.join("\n")
}

/// `text` as the value behind the `::` of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// `text` as the value of a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Code, Decline};
    use crate::report::{FileReport, Status};

    fn commands(mode: Mode, strict: bool, reports: &[FileReport]) -> String {
        let report = Report::new(mode, &[], reports.iter().map(|report| (report, None)));
        let mut out = Vec::new();
        write(&report, strict, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_a_file_holds_cannot_begin_a_command() {
        let decline = Decline::new(Code::Onbuild, "100%\r\n::set-env name=A::b").at(3);
        let report = FileReport::new("a:b,c\n::error::x", Status::Declined(decline));
        assert_eq!(
            commands(Mode::Diff, false, &[report]),
            "::notice file=a%3Ab%2Cc%0A%3A%3Aerror%3A%3Ax,line=3,title=restage%3A declined[onbuild]\
             ::100%25%0D%0A::set-env name=A::b\n"
        );
    }

    #[test]
    fn an_annotation_is_as_grave_as_the_exit_code() {
        let decline = Decline::new(Code::Onbuild, "no").hint("remove it");
        let declined = [FileReport::new("a", Status::Declined(decline))];
        let failed = [FileReport::new("b", Status::Failed("is empty".to_owned()))];
        let text = commands(Mode::Check, true, &declined);
        assert!(text.starts_with("::error file=a,title="), "{text}");
        assert!(text.ends_with("::no%0Ahint: remove it\n"), "{text}");
        let text = commands(Mode::Diff, false, &failed);
        assert_eq!(text, "::error file=b,title=restage%3A failed::is empty\n");
    }
}
