//! Next.js' standalone output: a folder that has the server, and of `node_modules` what it needs.
//! In: the build and what starts. Out: that folder, where the program needs nothing beside it.

use super::program::{Program, absolute, node};
use super::project::{Project, join};
use crate::plan::action::Action;
use crate::plan::analysis::Payload;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::entry::Entry;
use crate::plan::layout::is_within;
use crate::project::evidence::Evidence;
use crate::project::source::ProjectScan;

/// Where Next.js puts it. Source: its documentation of `output`.
const FOLDER: &str = ".next/standalone";

const CONFIGURATION: [&str; 4] = [
    "next.config.js",
    "next.config.mjs",
    "next.config.cjs",
    "next.config.ts",
];

/// The words without which no source names the application's directory.
pub(super) fn words(project: &Project) -> impl Iterator<Item = &str> {
    std::iter::once(project.app.as_str())
}

/// The folder as all that is copied. Its server makes it the working directory, so that relative
/// paths do not lead to the files beside it; a path that leads there in another way keeps them all.
pub(super) fn output(
    build: &Build<'_>,
    entry: &Entry,
    project: &Project,
    program: &Program,
    sources: &ProjectScan,
) -> Option<Payload> {
    let [leaf] = program.leaves.as_slice() else {
        return None;
    };
    let folder = format!("{}/{FOLDER}", project.app);
    let file = absolute(leaf, &node(leaf)?.file?);
    let alone = leaf.via.client.is_none() && program.preloaded.is_empty();
    let started = alone && entry.scripts.is_empty() && is_within(&file, &folder);
    let config = CONFIGURATION
        .into_iter()
        .map(|name| join(&project.source, name))
        .find(|path| build.context.is_file(path))?;
    let text = build.context.read(&config)?;
    let configured = ["'standalone'", "\"standalone\""]
        .into_iter()
        .any(|value| text.contains(value));
    let elsewhere = leads_elsewhere(build, project, &folder)
        || sources
            .strings()
            .any(|literal| literal.value.value.starts_with(project.app.as_str()));
    (started && configured && !elsewhere).then(|| Payload {
        path: folder,
        is_dir: true,
        writable: true,
        because: Because::fact(
            "Next.js puts the server and all that it needs there",
            &Evidence::file(&config),
        ),
    })
}

/// Whether the image tells of other files in the application's directory.
fn leads_elsewhere(build: &Build<'_>, project: &Project, folder: &str) -> bool {
    let is_beside = |path: &String| is_within(path, &project.app) && !is_within(path, folder);
    let contract = &build.end.contract;
    let probes = contract.healthcheck.is_some();
    let variables = contract.env.iter().any(|(_, value)| {
        let value = value.as_deref().unwrap_or_default();
        value.contains(project.app.as_str())
    });
    let volumes = contract.volumes.iter().any(is_beside);
    let made = build.commands().any(|(_, command)| match &command.action {
        Action::MakeDirectory(paths) | Action::Write(paths) | Action::Own { paths, .. } => {
            paths.iter().any(is_beside)
        }
        _ => false,
    });
    probes || variables || volumes || made
}

#[cfg(test)]
mod tests {
    use crate::toolchain::node::testing::analyse;

    fn payload(before: &str, cmd: &str, source: &str) -> String {
        let text = format!(
            "FROM node:22\nWORKDIR /app\n{before}COPY . .\nRUN npm ci && npm run build && cp -r public .next/standalone/\nCMD {cmd}\n"
        );
        let manifest = r#"{"scripts":{"build":"next build"},"dependencies":{"next":"15"},"devDependencies":{"typescript":"5"}}"#;
        let files = [
            ("package.json", manifest),
            (
                "next.config.mjs",
                "export default { output: 'standalone' };",
            ),
            ("pages/index.js", source),
            ("public/x.txt", ""),
        ];
        analyse(&text, &files).unwrap().payload[0].path.clone()
    }

    const SERVER: &str = r#"["node", ".next/standalone/server.js"]"#;

    #[test]
    fn the_server_needs_its_folder_alone() {
        assert_eq!(payload("", SERVER, ""), "/app/.next/standalone");
    }

    #[test]
    fn what_leads_beside_it_keeps_the_whole_directory() {
        for (before, cmd, source) in [
            ("", r#"["npx", "next", "start"]"#, ""),
            ("ENV DB=file:/app/db.sqlite\n", SERVER, ""),
            ("RUN mkdir -p /app/data\n", SERVER, ""),
            ("VOLUME /app/data\n", SERVER, ""),
            ("", SERVER, "fs.readFileSync('/app/content/a.md')"),
        ] {
            assert_eq!(payload(before, cmd, source), "/app", "{before} {cmd}");
        }
    }
}
