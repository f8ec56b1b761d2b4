//! Dependency-first layers and cache mounts. In: a build and its pip commands. Out: edits that let a
//! rebuild after a source change keep the packages.

use super::cache;
use super::independent::{copy_lines, is_independent, is_neutral, lands_the_same};
use super::installs::{Installs, PipRun};
use crate::dockerfile::instruction::InstructionKind;
use crate::dockerfile::span::Span;
use crate::edit::Edit;
use crate::outcome::Note;
use crate::plan::build::{Build, Step};
use crate::plan::builder::{block, comment_start, keyword};

/// The edits, and what a reviewer should know of them.
pub(super) fn edits(build: &Build<'_>, installs: &Installs) -> (Vec<Edit>, Vec<Note>) {
    let mut edits = cache::mounts(build, installs);
    let mut notes = Vec::new();
    if let Some((moves, line)) = sources_last(build, installs) {
        edits.extend(moves);
        let message = "packages are installed before the sources are copied, so that a change of the sources keeps them";
        notes.push(Note {
            line: Some(line),
            message: message.to_owned(),
        });
    }
    (edits, notes)
}

/// The edits that change the order alone.
pub(super) fn order(build: &Build<'_>, installs: &Installs) -> Vec<Edit> {
    sources_last(build, installs).map_or_else(Vec::new, |(edits, _)| edits)
}

/// Moves the COPY instructions of sources behind the pip commands that do not need them. Returns the
/// edits and the line of the first pip command that gains.
fn sources_last(build: &Build<'_>, installs: &Installs) -> Option<(Vec<Edit>, usize)> {
    let moved = Sources::find(build, installs)?;
    let dockerfile = build.dockerfile;
    let end = dockerfile.line_end();
    let mut edits = Vec::new();
    for (pip, files) in &moved.manifests {
        let step = build.steps.get(*pip)?;
        let at = comment_start(dockerfile, step.instruction);
        let copy = keyword(dockerfile, "COPY");
        for operands in copy_lines(build, step, files)? {
            edits.push(Edit::insert(at, format!("{copy} {operands}{end}")));
        }
    }
    let mut text = String::new();
    for &index in &moved.copies {
        let step = build.steps.get(index)?;
        text.push_str(block(dockerfile, step.instruction).of(&dockerfile.text));
    }
    let gaps = gaps(build, &moved.copies)?;
    // They stay apart from what is above them if they were apart from what was below them.
    let is_apart = gaps.iter().any(|gap| gap.is_apart);
    edits.extend(gaps.into_iter().map(|gap| Edit::delete(gap.span)));
    let last = build.steps.get(moved.last)?;
    let after = block(dockerfile, last.instruction).end;
    let before = dockerfile.text.get(..after)?;
    let apart = if is_apart { end } else { "" };
    let text = if before.ends_with('\n') {
        format!("{apart}{text}")
    } else {
        format!("{end}{apart}{}", text.trim_end_matches(['\r', '\n']))
    };
    edits.push(Edit::insert(after, text));
    let first = *moved.copies.first()?;
    let gains = |run: &&PipRun| run.step > first && run.step <= moved.last;
    Some((edits, installs.runs.iter().find(gains)?.line))
}

/// Text that is taken out.
struct Gap {
    span: Span,
    /// Whether an empty line follows it.
    is_apart: bool,
}

/// The blocks of the steps, neighbours as one, each with the empty line behind it where there is one
/// in front of it too.
fn gaps(build: &Build<'_>, steps: &[usize]) -> Option<Vec<Gap>> {
    let text = build.dockerfile.text.as_str();
    let mut spans: Vec<Span> = Vec::new();
    for &index in steps {
        let span = block(build.dockerfile, build.steps.get(index)?.instruction);
        match spans.last_mut() {
            Some(last) if last.end == span.start => last.end = span.end,
            _ => spans.push(span),
        }
    }
    let blank = |text: &str| {
        let line = text.split_inclusive('\n').next().unwrap_or_default();
        line.trim()
            .is_empty()
            .then_some(line.len())
            .filter(|length| *length > 0)
    };
    let gaps = spans.into_iter().map(|mut span| {
        let behind = text.get(span.end..).and_then(blank);
        let before = text.get(..span.start).unwrap_or_default();
        if before.ends_with("\n\n") || before.ends_with("\r\n\r\n") {
            span.end += behind.unwrap_or_default();
        }
        Gap {
            span,
            is_apart: behind.is_some(),
        }
    });
    Some(gaps.collect())
}

/// A run of steps whose COPY instructions can go behind its RUN instructions.
struct Sources {
    /// The COPY instructions that move.
    copies: Vec<usize>,
    /// The last RUN that they move behind.
    last: usize,
    /// The files of the build context that a RUN needs and that only the moved COPY brought.
    manifests: Vec<(usize, Vec<String>)>,
}

impl Sources {
    fn find(build: &Build<'_>, installs: &Installs) -> Option<Self> {
        let first_pip = installs.runs.iter().find(|run| !run.is_tools_only())?.step;
        let is_copy = |step: &Step<'_>| {
            matches!(
                step.instruction.kind,
                InstructionKind::Copy(_) | InstructionKind::Add(_)
            )
        };
        let mut last = None;
        let start = build.steps.iter().position(is_copy)?;
        // The block begins behind the last step before the first pip command that must see sources.
        let start = build
            .steps
            .get(..first_pip)?
            .iter()
            .rposition(|step| {
                !is_copy(step) && !is_neutral(step) && !is_independent(build, installs, step)
            })
            .map_or(start, |index| index + 1);
        for (index, step) in build.steps.iter().enumerate().skip(start) {
            if is_copy(step) || is_neutral(step) {
                continue;
            }
            if !is_independent(build, installs, step) {
                break;
            }
            if installs.runs.iter().any(|run| run.step == index) {
                last = Some(index);
            }
        }
        let last = last?;
        let needed: Vec<&String> = installs
            .runs
            .iter()
            .filter(|run| (start..=last).contains(&run.step))
            .flat_map(|run| &run.files)
            .collect();
        let brings_sources = |index: &usize| {
            build.layout.entries.iter().any(|entry| {
                entry.step == *index && (entry.is_dir || !needed.contains(&&entry.source))
            })
        };
        let copies: Vec<usize> = (start..last)
            .filter(|index| build.steps.get(*index).is_some_and(is_copy))
            .filter(brings_sources)
            .collect();
        let first = *copies.first()?;
        // Sources between two pip commands of which the second needs none of them.
        let runs: Vec<&PipRun> = installs
            .runs
            .iter()
            .filter(|run| run.step > first && run.step <= last)
            .collect();
        if runs.iter().all(|run| run.is_tools_only()) {
            return None;
        }
        let target = &build.steps.get(last)?.state;
        if !copies
            .iter()
            .all(|index| lands_the_same(build, *index, target))
        {
            return None;
        }
        let mut manifests: Vec<(usize, Vec<String>)> = Vec::new();
        let mut brought: Vec<String> = Vec::new();
        for run in runs {
            let misses =
                |file: &&String| !stays(build, file, run.step, &copies) && !brought.contains(file);
            let files: Vec<String> = run.files.iter().filter(misses).cloned().collect();
            brought.extend(files.iter().cloned());
            if !files.is_empty() {
                manifests.push((run.step, files));
            }
        }
        Some(Self {
            copies,
            last,
            manifests,
        })
    }
}

/// Whether a file is there before `step` though `moved` no longer are.
fn stays(build: &Build<'_>, file: &str, step: usize, moved: &[usize]) -> bool {
    build.layout.entries.iter().any(|entry| {
        let brings = entry.source == file
            || (entry.is_dir
                && (entry.source.is_empty()
                    || file
                        .strip_prefix(&entry.source)
                        .is_some_and(|rest| rest.starts_with('/'))));
        brings && entry.step < step && !moved.contains(&entry.step)
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::Project;

    const FILES: &[(&str, &str)] = &[
        ("requirements.txt", "flask\n"),
        ("req/prod.txt", "-r base.txt\n-c ../c.txt\n"),
        ("req/base.txt", "x\n"),
        ("c.txt", ""),
        ("app.py", ""),
        ("pyproject.toml", "[project]\nname='x'\n"),
    ];
    const VENV: &str = "RUN python -m venv /opt/venv\nENV PATH=\"/opt/venv/bin:$PATH\"\n";
    const MOUNT: &str = "--mount=type=cache,target=/root/.cache/pip ";
    const END: &str = "CMD [\"python\", \"app.py\"]\n";

    fn edited(body: &str) -> String {
        let found = Project::new(&format!("FROM python:3.12\n{body}{END}"), FILES)
            .edited()
            .unwrap();
        found
            .trim_start_matches("FROM python:3.12\n")
            .trim_end_matches(END)
            .to_owned()
    }

    #[test]
    fn sources_go_behind_the_packages() {
        assert_eq!(
            edited(
                "WORKDIR /app\n# all\nCOPY . .\n# packages\nRUN pip install -r requirements.txt\nEXPOSE 80\n"
            ),
            format!("WORKDIR /app\n{VENV}# packages\nCOPY_{MOUNT}").replace(
                "# packages\nCOPY_",
                "COPY requirements.txt ./\n# packages\nRUN "
            ) + "pip install -r requirements.txt\n# all\nCOPY . .\nEXPOSE 80\n"
        );
        assert_eq!(
            edited(
                "ADD . /code\nWORKDIR /code\nRUN pip install --no-cache-dir -r requirements.txt\n"
            ),
            format!(
                "{VENV}WORKDIR /code\nCOPY requirements.txt ./\nRUN pip install --no-cache-dir -r requirements.txt\nADD . /code\n"
            )
        );
    }

    #[test]
    fn every_file_of_a_chain_goes_before() {
        assert_eq!(
            edited(
                "COPY . /srv/x\nCOPY app.py /srv/app.py\nWORKDIR /srv\nRUN pip install --no-cache-dir -r x/req/prod.txt\n"
            ),
            format!(
                "{VENV}WORKDIR /srv\nCOPY req/prod.txt req/base.txt x/req/\nCOPY c.txt x/\nRUN pip install --no-cache-dir -r x/req/prod.txt\nCOPY . /srv/x\nCOPY app.py /srv/app.py\n"
            )
        );
    }

    #[test]
    fn named_packages_need_nothing_first() {
        assert_eq!(
            edited(
                "WORKDIR /app\nCOPY app.py app.py\nRUN pip install --no-cache-dir a\nRUN pip install --no-cache-dir b\n"
            ),
            format!(
                "WORKDIR /app\n{VENV}RUN pip install --no-cache-dir a\nRUN pip install --no-cache-dir b\nCOPY app.py app.py\n"
            )
        );
    }

    #[test]
    fn an_install_that_reads_sources_stays_where_it_is() {
        for run in [
            "RUN pip install --no-cache-dir .",
            "RUN pip install --no-cache-dir -r requirements.txt && python app.py",
            "RUN --mount=type=bind,target=/x pip install --no-cache-dir flask",
        ] {
            let body = format!("WORKDIR /app\nCOPY . .\n{run}\n");
            assert_eq!(
                edited(&body),
                body.replace("COPY . .", &format!("{VENV}COPY . .")),
                "{run}"
            );
        }
        let right = "WORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\n";
        assert_eq!(
            edited(right),
            right.replace("COPY requirements", &format!("{VENV}COPY requirements"))
        );
    }
}
