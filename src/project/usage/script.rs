//! Shell scripts: text in, the image builds that it calls out (`docker build`, `docker buildx
//! build`, `podman build`, `buildah bud`, `nerdctl build`).

use std::collections::{BTreeMap, BTreeSet};

use super::{Purpose, Source, Usage, place};
use crate::dockerfile::shell::{self, Command};

/// An image build that a script calls, paths as written and counted from the folder it runs in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Call {
    context: String,
    dockerfile: Option<String>,
    target: Option<String>,
    args: Vec<(String, String)>,
    named_contexts: Vec<String>,
}

/// Options of the build commands that take no value. All others do.
const SWITCHES: [&str; 22] = [
    "-D",
    "-q",
    "--check",
    "--compress",
    "--debug",
    "--disable-content-trust",
    "--force-rm",
    "--help",
    "--layers",
    "--load",
    "--no-cache",
    "--no-hosts",
    "--pull",
    "--pull-always",
    "--push",
    "--quiet",
    "--rm",
    "--skip-unused-stages",
    "--squash",
    "--squash-all",
    "--identity-label",
    "--stdin",
];

/// Where the tree lies for the reading of `cd`: a path that tells whether one leads out of it.
const TREE: &str = "/tree";

/// Words that run the command behind them.
const PREFIXES: [&str; 6] = ["sudo", "time", "exec", "command", "env", "nohup"];

/// Whether a text can hold a build: what needs no parsing is not parsed.
pub(super) fn may_build(text: &str) -> bool {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    (has("build") || has("bud"))
        && ["docker", "podman", "buildah", "nerdctl"]
            .iter()
            .any(|tool| has(tool))
}

/// The builds in the script of `source`: a file of its own, which runs in its folder or at the
/// root of the tree. Where both are possible and differ, it is not known.
pub(super) fn read(source: Source<'_>) -> Vec<Usage> {
    let bases = BTreeSet::from([source.folder(), ""]);
    builds(
        source,
        source.text,
        1,
        &bases.into_iter().collect::<Vec<_>>(),
    )
}

/// The builds in `script`, whose first line is line `first` of the source, and which runs in one
/// of the folders `bases`.
pub(super) fn builds(source: Source<'_>, script: &str, first: usize, bases: &[&str]) -> Vec<Usage> {
    if !may_build(script) {
        return Vec::new();
    }
    let script_text = script;
    let script = shell::parse(script);
    let variables = variables(&script.commands);
    let lookup = |name: &str| match name {
        "PWD" => Some(".".to_owned()),
        _ => variables.get(name).cloned(),
    };
    let usages = script.commands.iter().filter_map(|command| {
        let call = call(command, &lookup)?;
        let Call {
            context,
            dockerfile,
            target,
            args,
            named_contexts,
        } = call;
        let places: BTreeSet<(String, String)> = bases
            .iter()
            .filter_map(|base| {
                let directory = command.directory_from(&format!("{TREE}/{base}"), &lookup)?;
                let below = directory.strip_prefix(TREE)?;
                let base = place::within("", &format!(".{below}"))?;
                let place = place::build(&base, &context, dockerfile.as_deref())?;
                source.tree.is_there(&place.0).then_some(place)
            })
            .collect();
        let (Some((dockerfile, context)), 1) = (places.first().cloned(), places.len()) else {
            return None;
        };
        let before = script_text.get(..command.span.start).unwrap_or_default();
        let line = first + before.matches('\n').count();
        Some(Usage {
            dockerfile,
            context,
            target,
            args,
            named_contexts,
            purpose: Purpose::Unknown,
            evidence: source.evidence(line),
        })
    });
    usages.collect()
}

/// Variables that have one value in the whole script.
fn variables(commands: &[Command]) -> BTreeMap<String, String> {
    let mut values: BTreeMap<&str, BTreeSet<Option<String>>> = BTreeMap::new();
    for command in commands {
        for (name, value) in &command.assignments {
            values.entry(name).or_default().insert(value.value());
        }
    }
    let only = values.into_iter().filter(|(_, values)| values.len() == 1);
    only.filter_map(|(name, values)| Some((name.to_owned(), values.into_iter().next()??)))
        .collect()
}

/// The build that a command calls; `None` where it calls none, or one that is not known.
fn call(command: &Command, lookup: &dyn Fn(&str) -> Option<String>) -> Option<Call> {
    let words: Vec<Option<String>> = command
        .words
        .iter()
        .map(|word| word.resolve(lookup))
        .collect();
    let arguments = arguments(&words)?;
    let mut call = Call {
        context: String::new(),
        dockerfile: None,
        target: None,
        args: Vec::new(),
        named_contexts: Vec::new(),
    };
    let mut positional = Vec::new();
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let Some(word) = word else {
            positional.push(None);
            continue;
        };
        if word == "-" || !word.starts_with('-') {
            positional.push(Some(word));
            continue;
        }
        if SWITCHES.contains(&word.as_str()) {
            continue;
        }
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None if is_joined_short(word) => (word.get(..2)?, word.get(2..).map(str::to_owned)),
            None => (word.as_str(), rest.next()?.clone()),
        };
        match name {
            "-f" | "--file" => call.dockerfile = Some(value?),
            "--target" => call.target = Some(value?),
            "--build-arg" => call.args.extend(value.as_deref().and_then(pair)),
            "--build-context" => {
                let named = value.as_deref().and_then(|it| it.split_once('='));
                call.named_contexts
                    .extend(named.map(|(name, _)| name.to_owned()));
            }
            _ => {}
        }
    }
    // A variable that holds further options cannot be told from one that holds the context.
    let [context] = positional.as_slice() else {
        return None;
    };
    call.context.clone_from(context.as_deref()?);
    Some(call)
}

/// `-fname`, `-tname`: a short option and its value in one word.
fn is_joined_short(word: &str) -> bool {
    !word.starts_with("--") && word.len() > 2
}

/// The words behind `docker build` and its like.
fn arguments(words: &[Option<String>]) -> Option<&[Option<String>]> {
    let mut words = words;
    while let Some((Some(first), rest)) = words.split_first() {
        if !PREFIXES.contains(&first.as_str()) && !first.contains('=') {
            break;
        }
        words = rest;
    }
    let known: Vec<&str> = words
        .iter()
        .take(3)
        .map(|word| word.as_deref().unwrap_or_default())
        .collect();
    let program = known.first()?.rsplit('/').next()?;
    let count = match (program, known.get(1..)?) {
        ("docker" | "podman" | "nerdctl", ["build", ..]) | ("buildah", ["bud" | "build", ..]) => 2,
        ("docker" | "podman" | "nerdctl", ["buildx" | "image" | "builder", "build"]) => 3,
        _ => return None,
    };
    words.get(count..)
}

fn pair(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    Some((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::context::BuildContext;
    use crate::project::usage::told;

    fn said(path: &str, text: &str) -> Vec<String> {
        let tree = BuildContext::from_texts([
            ("Dockerfile", ""),
            ("api/Dockerfile", ""),
            ("ci/Dockerfile", ""),
            ("docker/x.Dockerfile", ""),
        ]);
        told(&read(Source {
            path,
            text,
            tree: &tree,
        }))
    }

    #[test]
    fn builds_are_found_in_their_folders() {
        let text = "\
#!/bin/sh
set -e
IMAGE=app
docker build -t \"$IMAGE:$TAG\" --no-cache --build-arg A=1 --build-arg B=$C -f docker/x.Dockerfile .
cd api && sudo docker buildx build --push \\
  --target=prod -t y .
docker run --rm app build .
echo docker build .
";
        assert_eq!(
            said("build.sh", text),
            [
                "docker/x.Dockerfile in `` A=1 (build.sh:4)",
                "api/Dockerfile in `api` for prod (build.sh:5)",
            ]
        );
        assert_eq!(
            said("x.sh", "podman build api\nbuildah bud -ft api"),
            ["api/Dockerfile in `api` (x.sh:1)"]
        );
    }

    #[test]
    fn what_is_not_known_is_no_usage() {
        for text in [
            "docker build $DIR",
            "docker build $OPTIONS .",
            "docker build - < Dockerfile",
            "for d in api ci; do docker build $d; done",
            "A=api; A=ci; docker build $A",
            "docker build https://example.org/x.git",
            "docker build -f $F .",
            "docker build nowhere",
            "docker build ..",
        ] {
            assert_eq!(said("build.sh", text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_script_runs_in_its_folder_or_at_the_root() {
        assert_eq!(
            said("ci/build.sh", "docker build api"),
            ["api/Dockerfile in `api` (ci/build.sh:1)"]
        );
        assert_eq!(
            said("ci/build.sh", "docker build -f ../docker/x.Dockerfile .."),
            ["docker/x.Dockerfile in `` (ci/build.sh:1)"]
        );
        assert_eq!(
            said("ci/build.sh", "docker build ."),
            Vec::<String>::new(),
            "two Dockerfiles fit"
        );
    }
}
