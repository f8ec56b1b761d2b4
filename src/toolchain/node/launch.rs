//! How the program is started where there is nothing but `node`. In: what runs. Out: ENTRYPOINT
//! and CMD for distroless' image, or why they cannot be written.

use super::client::Client;
use super::program::{Program, has_entrypoint, node};
use super::project::{Project, join};
use super::yarn;
use crate::dockerfile::instruction::Form;
use crate::plan::analysis::Launch;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::entry::Entry;
use crate::project::source::ProjectScan;

/// The interpreter of distroless' images. Source: their ENTRYPOINT.
const NODE: &str = "/nodejs/bin/node";

/// ENTRYPOINT and CMD.
pub(super) fn without_shell(
    build: &Build<'_>,
    entry: &Entry,
    project: &Project,
    program: &Program,
    sources: &ProjectScan,
) -> Result<Launch, Because> {
    let line = |rule: &str| Because::line(rule, entry.line);
    let [leaf] = program.leaves.as_slice() else {
        return Err(line("several programs start"));
    };
    let Some(invocation) = node(leaf) else {
        return Err(
            Because::rule(format!("`{}` starts, not a file of node's", leaf.name()))
                .and(format!("line {}", entry.line)),
        );
    };
    if let Some(because) = &entry.shell {
        return Err(because.clone());
    }
    if invocation.file.is_none() {
        return Err(line("it is not a file that starts"));
    }
    if leaf.via.wrapped || leaf.via.wrapper {
        return Err(line("another program starts it"));
    }
    if leaf.directory != build.workdir() {
        return Err(line(
            "it starts in another directory than the working directory",
        ));
    }
    let words: Option<Vec<String>> = leaf.arguments().iter().cloned().collect();
    let Some(words) = words else {
        return Err(line("an argument hangs on the environment"));
    };
    if let Some(client) = leaf.via.client {
        if project.plugs(build) {
            return Err(Because::rule("Yarn tells node where the packages are")
                .and(join(&project.source, yarn::SETTINGS)));
        }
        through_client(build, client, leaf.via.shell, &leaf.because, sources)?;
    }
    let because = Because::line("the image's own entrypoint is node", entry.line);
    let (entrypoint, cmd) = forms(build, entry, words);
    Ok(Launch::Replace {
        entrypoint,
        cmd,
        because,
    })
}

/// How the variables begin that the package manager sets for its scripts.
/// Source: npm's documentation; Yarn and pnpm set the same ones.
const CLIENT_VARIABLES: [&str; 4] = ["npm_", "NPM_", "INIT_CWD", "init_cwd"];

/// The words without which no source reads what a package manager sets, or hears the signal that
/// stops the container.
pub(super) fn words<'b>(build: &'b Build<'_>) -> impl Iterator<Item = &'b str> {
    CLIENT_VARIABLES.into_iter().chain([stop_signal(build)])
}

/// Whether npm or Yarn can be left out between the image and the program.
fn through_client(
    build: &Build<'_>,
    client: Client,
    shell: bool,
    because: &Because,
    sources: &ProjectScan,
) -> Result<(), Because> {
    let name = client.as_str();
    if shell {
        let rule = format!("{name} runs more than one plain command");
        return Err(because
            .evidence
            .iter()
            .fold(Because::rule(rule), |b, place| b.and(place.clone())));
    }
    if has_entrypoint(build) {
        return Err(Because::rule(format!(
            "ENTRYPOINT is {name}, which takes arguments of its own"
        )));
    }
    let reads = sources.env_reads().find(|read| {
        CLIENT_VARIABLES
            .iter()
            .any(|start| read.value.starts_with(start))
    });
    if let Some(read) = reads {
        let rule = format!("the program reads `{}`, which {name} sets", read.value);
        return Err(Because::fact(rule, &read.evidence));
    }
    if hears_the_stop_signal(build, sources) {
        return Ok(());
    }
    let rule = format!(
        "{name} ends when the container is stopped, and the program alone would not hear it"
    );
    Err(because
        .evidence
        .iter()
        .fold(Because::rule(rule), |b, place| b.and(place.clone())))
}

/// Whether the sources name the signal that stops the container, to handle it. The first process
/// of a container gets no signal that it does not handle: behind npm or Yarn the program is not
/// the first. Source: `pid_namespaces(7)`.
fn hears_the_stop_signal(build: &Build<'_>, sources: &ProjectScan) -> bool {
    let signal = stop_signal(build);
    sources
        .strings()
        .any(|literal| !literal.value.partial && literal.value.value == signal)
}

fn stop_signal<'b>(build: &'b Build<'_>) -> &'b str {
    let signal = build.end.contract.stopsignal.as_deref();
    signal.unwrap_or("SIGTERM")
}

/// The arguments of `node`, divided as the original divides them: what stands in CMD can be
/// replaced on the command line of `docker run`.
fn forms(
    build: &Build<'_>,
    entry: &Entry,
    words: Vec<String>,
) -> (Option<Vec<String>>, Option<Vec<String>>) {
    if !has_entrypoint(build) {
        return (None, Some(words));
    }
    let cmd = match (&build.end.contract.entrypoint, &build.end.contract.cmd) {
        (Some(Form::Exec(_)), Some(Form::Exec(cmd))) if entry.plain.is_none() => cmd.clone(),
        _ => Vec::new(),
    };
    let fixed = words.len().saturating_sub(cmd.len());
    let own = words.get(..fixed).unwrap_or_default();
    let entrypoint = std::iter::once(NODE.to_owned())
        .chain(own.iter().cloned())
        .collect();
    let entrypoint = (!own.is_empty()).then_some(entrypoint);
    (entrypoint, (!cmd.is_empty()).then_some(cmd))
}

#[cfg(test)]
mod tests {
    use crate::toolchain::node::testing::{analyse, image, launch};

    fn words(end: &str) -> (String, Vec<String>, Vec<String>) {
        let text = format!("FROM node:22\nWORKDIR /app\nCOPY . .\n{end}\n");
        let manifest = r#"{"main":"a.js","scripts":{"start":"node a.js","env":"A=1 node a.js"}}"#;
        let files = [
            ("package.json", manifest),
            ("a.js", "process.on('SIGTERM', stop)"),
            ("bin/www", "#!/usr/bin/env node\n"),
        ];
        let analysis = analyse(&text, &files).unwrap();
        let (entrypoint, cmd) = launch(&analysis);
        let own = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
        (image(&analysis).to_owned(), own(entrypoint), own(cmd))
    }

    #[test]
    fn node_itself_is_the_entrypoint() {
        for (end, entrypoint, cmd) in [
            (r#"CMD ["node", "a.js"]"#, &[][..], &["a.js"][..]),
            (
                r#"CMD ["node", "--enable-source-maps", "a.js", "x"]"#,
                &[],
                &["--enable-source-maps", "a.js", "x"],
            ),
            (r#"CMD ["a.js"]"#, &[], &["a.js"]),
            ("CMD node ./bin/www", &[], &["./bin/www"]),
            (r#"CMD ["./bin/www"]"#, &[], &["./bin/www"]),
            (r#"CMD ["npm", "start"]"#, &[], &["a.js"]),
            ("CMD exec npm start", &[], &["a.js"]),
            (
                r#"ENTRYPOINT ["node", "."]"#,
                &["/nodejs/bin/node", "."],
                &[],
            ),
            (
                "ENTRYPOINT [\"node\", \"a.js\"]\nCMD [\"secret\"]",
                &["/nodejs/bin/node", "a.js"],
                &["secret"],
            ),
            ("ENTRYPOINT [\"node\"]\nCMD [\"a.js\"]", &[], &["a.js"]),
            ("ENTRYPOINT node a.js", &["/nodejs/bin/node", "a.js"], &[]),
        ] {
            let (image, found_entrypoint, found_cmd) = words(end);
            assert_eq!(image, "gcr.io/distroless/nodejs22-debian13", "{end}");
            assert_eq!(found_entrypoint, entrypoint, "{end}");
            assert_eq!(found_cmd, cmd, "{end}");
        }
    }

    #[test]
    fn a_package_manager_stays_where_it_alone_hears_the_stop_signal() {
        let manifest = r#"{"scripts":{"start":"node a.js"}}"#;
        for (source, stop, stays) in [
            ("", "", true),
            ("process.on('SIGTERM', stop)", "", false),
            (
                "for (const s of ['SIGINT', 'SIGTERM']) process.on(s, stop)",
                "",
                false,
            ),
            ("process.on('SIGTERM', stop)", "STOPSIGNAL SIGINT\n", true),
        ] {
            for start in ["npm", "yarn"] {
                let text = format!(
                    "FROM node:22\nWORKDIR /app\nCOPY . .\n{stop}CMD [\"{start}\", \"start\"]\n"
                );
                let files = [("package.json", manifest), ("a.js", source)];
                let analysis = analyse(&text, &files).unwrap();
                let is_slim = image(&analysis) == "node:22-bookworm-slim";
                assert_eq!(is_slim, stays, "{source} {stop}");
            }
        }
    }

    #[test]
    fn what_needs_more_than_node_stays_on_slim() {
        for end in [
            r#"CMD ["npm", "run", "env"]"#,
            r#"ENTRYPOINT ["npm", "start"]"#,
            "CMD node a.js --port $PORT",
            "CMD cd bin && node www",
            r#"ENTRYPOINT ["tini", "--", "node", "a.js"]"#,
        ] {
            assert_eq!(words(end).0, "node:22-bookworm-slim", "{end}");
        }
    }
}
