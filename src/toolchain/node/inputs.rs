//! What an installation reads of the project. In: the build. Out: what is copied before it.

use super::client::Client;
use super::lifecycle;
use super::project::{Project, join};
use super::workspace::PNPM_WORKSPACE;
use super::yarn;
use crate::plan::build::Build;

/// Files beside the manifest that an installation reads. Source: the package managers'
/// documentation.
pub(super) fn read_files(client: Client) -> &'static [&'static str] {
    match client {
        Client::Npm => &[
            "package.json",
            "package-lock.json",
            "npm-shrinkwrap.json",
            ".npmrc",
        ],
        Client::Yarn => &["package.json", "yarn.lock", ".npmrc", ".yarnrc"],
        Client::Berry => &["package.json", "yarn.lock", yarn::SETTINGS],
        Client::Pnpm => &[
            "package.json",
            "pnpm-lock.yaml",
            PNPM_WORKSPACE,
            ".npmrc",
            ".pnpmfile.cjs",
        ],
    }
}

/// Folders that an installation reads: releases and plugins of Yarn, and patches, which manifests
/// and lockfiles name.
fn read_folders(client: Client) -> &'static [&'static str] {
    match client {
        Client::Npm | Client::Yarn => &[],
        Client::Berry => &[".yarn", "patches"],
        Client::Pnpm => &["patches"],
    }
}

/// What is copied before the installation: paths of the build context, each with the directory
/// that it goes to, as seen from the application.
pub(super) fn inputs(
    build: &Build<'_>,
    project: &Project,
    index: usize,
) -> Vec<(Vec<String>, String)> {
    let context = build.context;
    let is_there = |path: &String| is_there(build, index, path);
    let here = |name: &&str| join(&project.source, name);
    let files = read_files(project.client).iter().map(here);
    let files = files.filter(|path| context.is_file(path) && is_there(path));
    let files = files.collect();
    let mut copies = vec![(files, String::new())];
    let below = |path: &str| {
        let rest = path.strip_prefix(&project.source).unwrap_or(path);
        rest.trim_start_matches('/').to_owned()
    };
    for member in &project.members {
        let manifest = join(&member.source, "package.json");
        copies.push((vec![manifest], format!("{}/", below(&member.source))));
    }
    let folders = read_folders(project.client).iter().map(here);
    let folders = folders.filter(|path| context.is_dir(path));
    let scripts = lifecycle::inputs(build, project).unwrap_or_default();
    let mut paths: Vec<String> = folders.chain(scripts).collect();
    paths.dedup();
    for path in paths.into_iter().filter(is_there) {
        let place = below(&path);
        let destination = if context.is_dir(&path) {
            format!("{place}/")
        } else {
            place
        };
        copies.push((vec![path], destination));
    }
    copies
}

/// Whether a file of the build context is in the image once the step is done.
pub(super) fn is_there(build: &Build<'_>, index: usize, path: &str) -> bool {
    let mut entries = build.layout.entries.iter().filter(|it| it.step <= index);
    entries.any(|it| {
        let below = || it.source.is_empty() || path.starts_with(&format!("{}/", it.source));
        it.source == path || (it.is_dir && below())
    })
}
