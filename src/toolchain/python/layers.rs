//! Dependency-first layers and cache mounts. In: a build and its pip commands. Out: edits that let a
//! rebuild after a source change keep the packages.

use super::installs::{Installs, PipRun};
use super::interpreter::is_pip;
use crate::dockerfile::contract::State;
use crate::dockerfile::instruction::{InstructionKind, flag};
use crate::edit::Edit;
use crate::outcome::Note;
use crate::plan::action::Action;
use crate::plan::build::{Build, Step};
use crate::plan::builder::{block, comment_start, keyword};
use crate::plan::layout::is_within;

/// Where pip keeps what it has fetched, for root. Source: pip's documentation of its cache.
const CACHE: &str = "/root/.cache/pip";

/// The edits, and what a reviewer should know of them.
pub(super) fn edits(build: &Build<'_>, installs: &Installs) -> (Vec<Edit>, Vec<Note>) {
    let mut edits = mounts(build, installs);
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

/// `--mount=type=cache` for every RUN whose pip would keep a cache in its layer.
fn mounts(build: &Build<'_>, installs: &Installs) -> Vec<Edit> {
    if !build.options.buildkit {
        return Vec::new();
    }
    let mut edits = Vec::new();
    for (index, step) in build.steps.iter().enumerate() {
        let InstructionKind::Run(run) = &step.instruction.kind else {
            continue;
        };
        let pips: Vec<&PipRun> = installs
            .runs
            .iter()
            .filter(|run| run.step == index)
            .collect();
        let mounted = run.flags.iter().any(|flag| flag.name == "mount");
        let is_plain = step.instruction.heredocs.is_empty() && !mounted;
        if !pips.is_empty()
            && is_plain
            && pips.iter().all(|pip| !pip.install.no_cache)
            && has_default_cache(step)
        {
            edits.push(Edit::insert(
                run.command_start,
                format!("--mount=type=cache,target={CACHE} "),
            ));
        }
    }
    edits
}

/// Whether pip's cache lies where root has it, and nothing but pip touches it.
fn has_default_cache(step: &Step<'_>) -> bool {
    let moved = [
        "PIP_NO_CACHE_DIR",
        "PIP_CACHE_DIR",
        "XDG_CACHE_HOME",
        "HOME",
    ];
    let is_set = |name: &str| {
        moved.contains(&name)
            && (step
                .state
                .contract
                .env
                .iter()
                .chain(&step.state.args)
                .any(|(known, _)| known == name)
                || step
                    .commands
                    .iter()
                    .any(|command| command.variables.contains_key(name)))
    };
    let is_root = matches!(step.state.contract.user.as_str(), "" | "root" | "0");
    // A directory that something is mounted below cannot be removed.
    let is_touched = step.commands.iter().any(|command| {
        let name = command
            .program
            .as_deref()
            .map(|program| program.rsplit('/').next().unwrap_or(program));
        let purges = name.is_some_and(is_pip) && command.subcommand() == Some("cache");
        purges
            || command.command.words.iter().any(|word| {
                word.raw.contains(".cache")
                    || word.raw.trim_end_matches(['/', '*']).ends_with("/root")
            })
    });
    is_root && !is_touched && !moved.iter().any(|name| is_set(name))
}

/// Moves the COPY instructions of sources behind the pip commands that do not need them. Returns the
/// edits and the line of the first pip command that gains.
fn sources_last(build: &Build<'_>, installs: &Installs) -> Option<(Vec<Edit>, usize)> {
    let span = Span::find(build, installs)?;
    let mut edits = Vec::new();
    let dockerfile = build.dockerfile;
    let end = dockerfile.line_end();
    let last = build.steps.get(span.last)?;
    let mut moved = String::new();
    for &index in &span.copies {
        let step = build.steps.get(index)?;
        let text = block(dockerfile, step.instruction);
        moved.push_str(text.of(&dockerfile.text));
        edits.push(Edit::delete(text));
    }
    for (pip, files) in &span.manifests {
        let step = build.steps.get(*pip)?;
        let at = comment_start(dockerfile, step.instruction);
        for line in copy_lines(build, step, files)? {
            edits.push(Edit::insert(
                at,
                format!("{}{line}{end}", keyword(dockerfile, "COPY ")),
            ));
        }
    }
    let after = block(dockerfile, last.instruction).end;
    let is_ended = dockerfile
        .text
        .get(..after)
        .is_some_and(|text| text.ends_with('\n'));
    let moved = if is_ended {
        moved
    } else {
        format!("{end}{}", moved.trim_end_matches(['\r', '\n']))
    };
    edits.push(Edit::insert(after, moved));
    let line = installs
        .runs
        .iter()
        .find(|run| {
            run.step <= span.last && span.copies.first().is_some_and(|first| run.step > *first)
        })?
        .line;
    Some((edits, line))
}

/// A run of steps whose COPY instructions can go behind its RUN instructions.
struct Span {
    /// The COPY instructions that move.
    copies: Vec<usize>,
    /// The last RUN that they move behind.
    last: usize,
    /// The files of the build context that a RUN needs and that only the moved COPY brought.
    manifests: Vec<(usize, Vec<String>)>,
}

impl Span {
    fn find(build: &Build<'_>, installs: &Installs) -> Option<Self> {
        let first_pip = installs
            .runs
            .iter()
            .find(|run| !run.install.is_tools_only())?
            .step;
        let is_copy = |step: &Step<'_>| {
            matches!(
                step.instruction.kind,
                InstructionKind::Copy(_) | InstructionKind::Add(_)
            )
        };
        let mut last = None;
        let start = build.steps.iter().position(|step| is_copy(step))?;
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
        if runs.iter().all(|run| run.install.is_tools_only()) {
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
            let lost =
                |file: &&String| !stays(build, file, run.step, &copies) && !brought.contains(file);
            let files: Vec<String> = run.files.iter().filter(lost).cloned().collect();
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

/// Instructions that neither read nor write files.
fn is_neutral(step: &Step<'_>) -> bool {
    matches!(
        step.instruction.kind,
        InstructionKind::Workdir(_)
            | InstructionKind::Env(_)
            | InstructionKind::Arg(_)
            | InstructionKind::Label(_)
            | InstructionKind::Expose(_)
            | InstructionKind::Cmd(_)
            | InstructionKind::Entrypoint(_)
            | InstructionKind::Healthcheck(_)
            | InstructionKind::Stopsignal(_)
            | InstructionKind::Maintainer
    )
}

/// Whether a RUN installs packages, of pip or of the system, and reads nothing of the sources.
fn is_independent(build: &Build<'_>, installs: &Installs, step: &Step<'_>) -> bool {
    let InstructionKind::Run(run) = &step.instruction.kind else {
        return false;
    };
    let binds = run.flags.iter().any(|flag| {
        flag.name == "mount"
            && flag
                .value
                .as_deref()
                .is_some_and(|value| value.contains("bind") || !value.contains("type="))
    });
    if binds || !step.understood {
        return false;
    }
    let index = build
        .steps
        .iter()
        .position(|other| std::ptr::eq(other, step));
    let mut pips = installs.runs.iter().filter(|run| Some(run.step) == index);
    if !pips.all(|run| !run.reads_sources) {
        return false;
    }
    step.commands.iter().all(|command| {
        let name = command
            .program
            .as_deref()
            .map(|program| program.rsplit('/').next().unwrap_or(program))
            .unwrap_or_default();
        let reads = command.script.is_some()
            || matches!(name, "cat" | "grep" | "xargs" | "awk" | "source" | ".");
        let installs_packages = match &command.action {
            Action::Packages { names, .. } => names.iter().all(|name| !name.contains('/')),
            Action::Nothing => true,
            Action::Remove(paths) => paths.iter().all(|path| !is_app_path(build, path)),
            _ => false,
        };
        installs_packages && !reads && command.command.redirects.is_empty()
    })
}

/// Whether a path lies where the sources are.
fn is_app_path(build: &Build<'_>, path: &str) -> bool {
    build
        .layout
        .entries
        .iter()
        .any(|entry| is_within(path, &entry.destination) || is_within(&entry.destination, path))
}

/// Whether a COPY puts its files into the same place when it stands where `target` holds.
fn lands_the_same(build: &Build<'_>, index: usize, target: &State) -> bool {
    let Some(step) = build.steps.get(index) else {
        return false;
    };
    let (InstructionKind::Copy(copy) | InstructionKind::Add(copy)) = &step.instruction.kind else {
        return false;
    };
    let mut texts = copy.sources.iter().chain([&copy.destination]);
    let plain = texts.all(|text| !text.contains('$'))
        && flag(&copy.flags, "chown").is_none_or(|owner| !owner.contains('$'));
    let destination = copy.destination.as_str();
    let known_directory = destination.ends_with('/')
        || destination == "."
        || copy.sources.len() > 1
        || destination
            .rsplit('/')
            .next()
            .is_some_and(|name| name.contains('.'));
    // A file whose destination exists as a directory goes into it: do not let order decide that.
    let is_dir = build
        .layout
        .entries
        .iter()
        .any(|entry| entry.step == index && entry.is_dir);
    plain
        && (known_directory
            || is_dir
            || step.state.absolute(destination) == target.contract.workdir)
        && step.state.absolute(destination) == target.absolute(destination)
}

/// The operands of COPY instructions that bring `files` to where a step looks for them, a line for
/// each directory. `None` where a path cannot be written plainly.
fn copy_lines(build: &Build<'_>, step: &Step<'_>, files: &[String]) -> Option<Vec<String>> {
    let workdir = step.state.contract.workdir.as_deref()?;
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for file in files {
        let path = build.layout.image_path(file)?;
        let (directory, name) = path.rsplit_once('/')?;
        let directory = if directory.is_empty() { "/" } else { directory };
        let is_plain = |text: &str| {
            text.chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_./+".contains(c))
        };
        // Another name would need a line of its own.
        if !is_plain(file) || !is_plain(&path) || file.rsplit('/').next() != Some(name) {
            return None;
        }
        let relative = match directory.strip_prefix(workdir.trim_end_matches('/')) {
            Some("") => "./".to_owned(),
            Some(rest) if rest.starts_with('/') && workdir != "/" => {
                format!("{}/", rest.trim_start_matches('/'))
            }
            _ if directory == "/" => "/".to_owned(),
            _ => format!("{directory}/"),
        };
        match groups.iter_mut().find(|(known, _)| *known == relative) {
            Some((_, group)) => group.push(file),
            None => groups.push((relative, vec![file])),
        }
    }
    Some(
        groups
            .into_iter()
            .map(|(directory, files)| format!("{} {directory}", files.join(" ")))
            .collect(),
    )
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
    const VENV: &str = "RUN python -m venv /opt/venv\nENV PATH=\"/opt/venv/bin:$PATH\"\n\n";
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
                "COPY . /srv/x\nWORKDIR /srv\nRUN pip install --no-cache-dir -r x/req/prod.txt\n"
            ),
            format!(
                "{VENV}WORKDIR /srv\nCOPY req/prod.txt req/base.txt x/req/\nCOPY c.txt x/\nRUN pip install --no-cache-dir -r x/req/prod.txt\nCOPY . /srv/x\n"
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

    #[test]
    fn a_cache_is_mounted_only_where_pip_keeps_one() {
        for (body, mounted) in [
            ("RUN pip install a\n", true),
            ("RUN pip install --no-cache-dir a\n", false),
            ("ENV PIP_NO_CACHE_DIR=1\nRUN pip install a\n", false),
            ("RUN PIP_NO_CACHE_DIR=1 pip install a\n", false),
            ("RUN pip install a && rm -rf /root/.cache\n", false),
            (
                "RUN --mount=type=cache,target=/root/.cache/pip pip install a\n",
                false,
            ),
        ] {
            assert_eq!(
                edited(&format!("WORKDIR /app\n{body}COPY app.py .\n"))
                    .contains(&format!("RUN {MOUNT}pip")),
                mounted || body.contains("RUN --mount"),
                "{body}"
            );
        }
        let mut project = Project::new(
            &format!("FROM python:3.12\nWORKDIR /app\nRUN pip install a\nCOPY app.py .\n{END}"),
            FILES,
        );
        project.options.buildkit = false;
        assert!(!project.edited().unwrap().contains("--mount"));
    }
}
