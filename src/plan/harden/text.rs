//! The text of the one stage with another user. In: the build, its text in its new order, and what the
//! user is given. Out: the whole text.

use super::owned::Owned;
use crate::dockerfile::Dockerfile;
use crate::dockerfile::instruction::{InstructionKind, flag};
use crate::edit::{self, Edit};
use crate::plan::because::Because;
use crate::plan::build::{self, Build};
use crate::plan::builder;
use crate::plan::layout::is_within;

/// The text, and why its lines are there. `ordered` is the text of the build in its new order.
pub(super) fn with_user(
    build: &Build<'_>,
    ordered: Option<&str>,
    owned: &Owned,
) -> Result<(String, Vec<(String, Because)>), Because> {
    let text = ordered.unwrap_or(&build.dockerfile.text);
    let dockerfile = Dockerfile::parse(text);
    let lost = || Because::rule("the new order is not understood");
    let again = build::read(
        &dockerfile,
        build.context,
        build.options,
        build.base.clone(),
        build.toolchain,
    );
    let build = &again.map_err(|_| lost())?;
    let mut writer = Writer {
        build,
        owned,
        edits: Vec::new(),
        because: Vec::new(),
    };
    writer.copies();
    writer.steps();
    let text = edit::apply(text, &writer.edits).ok_or_else(lost)?;
    Ok((text, writer.because))
}

struct Writer<'w, 'a> {
    build: &'w Build<'a>,
    owned: &'w Owned,
    edits: Vec<Edit>,
    because: Vec<(String, Because)>,
}

impl Writer<'_, '_> {
    /// `--chown` for what is copied into places of the program.
    fn copies(&mut self) {
        let escape = self.build.dockerfile.lines.escape;
        let chown = format!(" --chown={}", self.owned.ids);
        for step in &self.build.steps {
            let (InstructionKind::Copy(copy) | InstructionKind::Add(copy)) = &step.instruction.kind
            else {
                continue;
            };
            let is_other = ["from", "chown"]
                .iter()
                .any(|name| flag(&copy.flags, name).is_some());
            let destination = step.state.expand(&copy.destination, escape);
            let path = destination.and_then(|path| step.state.absolute(&path));
            if !is_other && path.is_some_and(|path| self.owned.takes(&path)) {
                let at = step.instruction.keyword.end;
                self.edits.push(Edit::insert(at, chown.clone()));
            }
        }
        let because = Because::rule("the program may write to its files, as root could");
        self.because.push((chown.trim().to_owned(), because));
    }

    /// The account, the directories, and USER behind all that root does.
    fn steps(&mut self) {
        let last = self.last_work();
        let early = self.in_volumes_before(last);
        for (index, paths) in &early {
            let Some(step) = self.build.steps.get(*index) else {
                continue;
            };
            let at = builder::comment_start(self.build.dockerfile, step.instruction);
            let paths = paths.join(" ");
            let text = format!("mkdir -p {paths} && chown {} {paths}", self.owned.ids);
            let because =
                Because::rule("a volume keeps the owner that it has where it is declared");
            let line = self.run(&text);
            self.because.push((line.clone(), because));
            let end = self.build.dockerfile.line_end();
            self.edits.push(Edit::insert(at, format!("{line}{end}")));
        }
        let later = |path: &str| {
            let mut early = early.iter().flat_map(|(_, paths)| paths);
            !early.any(|known| known == path)
        };
        let directories: Vec<&str> = self
            .owned
            .directories
            .iter()
            .map(|need| need.value.as_str())
            .filter(|path| later(path))
            .collect();
        let mut commands: Vec<String> = Vec::new();
        let missing: Vec<&str> = directories
            .iter()
            .copied()
            .filter(|path| !self.is_there(path))
            .collect();
        if !missing.is_empty() {
            commands.push(format!("mkdir -p {}", missing.join(" ")));
        }
        let files = self.owned.files.iter().map(|need| need.value.as_str());
        let mut given: Vec<&str> = directories;
        for file in files {
            if !given.contains(&file) {
                given.push(file);
            }
        }
        if !given.is_empty() {
            commands.push(format!("chown {} {}", self.owned.ids, given.join(" ")));
        }
        self.end(last, &commands);
    }

    fn end(&mut self, last: usize, commands: &[String]) {
        let dockerfile = self.build.dockerfile;
        let end = dockerfile.line_end();
        let mut setup = self.owned.setup.clone();
        let mut text = setup.pop().unwrap_or_default();
        let given = commands.join(" \\\n    && ");
        text = match (text.is_empty(), given.is_empty()) {
            (true, true) => String::new(),
            (true, false) => self.run(&given),
            (false, true) => text,
            (false, false) => format!("{text} \\\n    && {given}"),
        };
        for line in text.lines() {
            let why = if line.contains("chown") || line.contains("mkdir") {
                "directories that the program may write to, as root could"
            } else {
                "an account with a home for the user"
            };
            let line = line.trim_end_matches(['\\', ' ']);
            self.because.push((line.to_owned(), Because::rule(why)));
        }
        let user = format!(
            "{} {}",
            builder::keyword(dockerfile, "USER"),
            self.owned.ids
        );
        let because = Because::rule("the original runs as root");
        self.because.push((user.clone(), because));
        let lines: Vec<String> = setup
            .into_iter()
            .chain([text, user])
            .filter(|line| !line.is_empty())
            .map(|line| in_case_of(dockerfile, &line).replace('\n', end))
            .collect();
        let Some(step) = self.build.steps.get(last) else {
            return;
        };
        let at = builder::block(dockerfile, step.instruction).end;
        let ended = dockerfile
            .text
            .get(..at)
            .is_some_and(|text| text.ends_with('\n'));
        // Linters that read less than builders do lose their way behind a heredoc.
        let apart = !step.instruction.heredocs.is_empty();
        let before = end.repeat(usize::from(!ended) + usize::from(apart));
        let after = if ended { end } else { "" };
        let text = format!("{before}{}{after}", lines.join(end));
        self.edits.push(Edit::insert(at, text));
    }

    /// A RUN of ours in the case of the file.
    fn run(&self, commands: &str) -> String {
        format!(
            "{} {commands}",
            builder::keyword(self.build.dockerfile, "RUN")
        )
    }

    /// Index of the last step that root does.
    fn last_work(&self) -> usize {
        let is_work = |kind: &InstructionKind| {
            matches!(
                kind,
                InstructionKind::Run(_)
                    | InstructionKind::Copy(_)
                    | InstructionKind::Add(_)
                    | InstructionKind::Workdir(_)
            )
        };
        let mut steps = self.build.steps.iter();
        steps
            .rposition(|step| is_work(&step.instruction.kind))
            .unwrap_or(0)
    }

    /// The user's directories in volumes that are declared before `last`, by the step that declares
    /// them: what a builder without BuildKit changes in a volume later is lost.
    fn in_volumes_before(&self, last: usize) -> Vec<(usize, Vec<String>)> {
        let escape = self.build.dockerfile.lines.escape;
        let mut found: Vec<(usize, Vec<String>)> = Vec::new();
        for (index, step) in self.build.steps.iter().enumerate().take(last) {
            let InstructionKind::Volume(paths) = &step.instruction.kind else {
                continue;
            };
            let paths = paths.iter().filter_map(|path| {
                let path = step.state.expand(path, escape)?;
                step.state.absolute(&path)
            });
            let volumes: Vec<String> = paths.collect();
            let known = |path: &String| found.iter().any(|(_, paths)| paths.contains(path));
            let own = self.owned.directories.iter().map(|need| &need.value);
            let own = own.filter(|path| {
                let mut volumes = volumes.iter();
                !known(path) && volumes.any(|volume| is_within(path, volume))
            });
            let mut own: Vec<String> = own.cloned().collect();
            // The volume itself comes first, and then what lies in it.
            own.sort_unstable();
            if !own.is_empty() {
                found.push((index, own));
            }
        }
        found
    }

    /// Whether a directory is made by a WORKDIR or a COPY.
    fn is_there(&self, path: &str) -> bool {
        let mut states = self.build.steps.iter().map(|step| &step.state);
        let mut entries = self.build.layout.entries.iter();
        self.build.workdir() == path
            || self.owned.there.iter().any(|known| known == path)
            || states.any(|state| state.contract.workdir.as_deref() == Some(path))
            || entries.any(|entry| entry.is_dir && entry.destination == path)
    }
}

/// A line of ours in the keyword case of the file.
fn in_case_of(dockerfile: &Dockerfile, line: &str) -> String {
    match line.split_once(' ') {
        Some((word, rest)) => format!("{} {rest}", builder::keyword(dockerfile, word)),
        None => line.to_owned(),
    }
}
