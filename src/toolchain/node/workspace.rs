//! Workspaces: projects whose manifest names folders with manifests of their own. In: the root's
//! manifest and the build. Out: the members that are in the image, and which of them run.

use globset::GlobBuilder;

use super::client::Client;
use super::manifest::Manifest;
use super::program::{Program, absolute, node};
use super::project::{Project, join};
use crate::plan::build::Build;
use crate::plan::layout::is_within;
use crate::project::evidence::Evidence;
use crate::yaml;

/// A member of a workspace.
#[derive(Debug, Clone)]
pub(super) struct Member {
    /// Its manifest.
    pub(super) manifest: Manifest,
    /// Its folder in the build context.
    pub(super) source: String,
    /// Its directory in the image.
    pub(super) directory: String,
    /// Whether it may run: it starts, or something that runs depends on it.
    pub(super) runs: bool,
}

/// The file in which pnpm names the members. Source: pnpm's documentation.
pub(super) const PNPM_WORKSPACE: &str = "pnpm-workspace.yaml";

/// The folders of the members, as patterns.
pub(super) fn patterns(
    build: &Build<'_>,
    root: &Manifest,
    source: &str,
    client: Client,
) -> Vec<String> {
    if client != Client::Pnpm {
        return root.workspaces();
    }
    let text = build.context.read(&join(source, PNPM_WORKSPACE));
    let documents = text.and_then(|text| yaml::read(text).ok());
    let document = documents.and_then(|documents| documents.into_iter().next());
    let packages = document
        .as_ref()
        .and_then(|document| document.get("packages"));
    let items = packages.map(yaml::Node::items).unwrap_or_default();
    let texts = items.iter().filter_map(yaml::Node::text);
    texts.map(str::to_owned).collect()
}

/// The members that are in the image, in the order of their folders.
pub(super) fn members(
    build: &Build<'_>,
    patterns: &[String],
    source: &str,
    app: &str,
) -> Vec<Member> {
    let manifests = build.context.files().filter_map(|path| {
        let folder = path.strip_suffix("/package.json")?;
        let below = match source {
            "" => folder,
            source => folder.strip_prefix(source)?.strip_prefix('/')?,
        };
        is_member(patterns, below).then_some((path, folder))
    });
    manifests
        .filter_map(|(path, folder)| {
            let place = build.layout.image_path(path)?;
            let directory = place.strip_suffix("/package.json")?;
            let manifest = Manifest::parse(path, build.context.read(path)?)?;
            is_within(directory, app).then(|| Member {
                manifest,
                source: folder.to_owned(),
                directory: directory.to_owned(),
                runs: true,
            })
        })
        .collect()
}

/// Whether a folder is named by the patterns. The last one that matches decides; one that begins
/// with `!` takes out.
fn is_member(patterns: &[String], folder: &str) -> bool {
    if folder.split('/').any(|part| part == "node_modules") {
        return false;
    }
    let mut found = false;
    for pattern in patterns {
        let (wanted, pattern) = match pattern.strip_prefix('!') {
            Some(pattern) => (false, pattern),
            None => (true, pattern.as_str()),
        };
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        if glob.is_ok_and(|glob| glob.compile_matcher().is_match(folder)) {
            found = wanted;
        }
    }
    found
}

impl Project {
    /// The manifest of the package in a directory of the image.
    pub(super) fn manifest_at(&self, directory: &str) -> Option<&Manifest> {
        if directory == self.app {
            return Some(&self.manifest);
        }
        let mut members = self.members.iter();
        let member = members.find(|member| member.directory == directory)?;
        Some(&member.manifest)
    }

    /// The member that a package manager is led to by `selector`: the name of its package, or its
    /// folder as seen from `directory`. pnpm leaves out the scope where that is not ambiguous.
    pub(super) fn member(
        &self,
        client: Client,
        selector: &str,
        directory: &str,
    ) -> Option<&Member> {
        let by_name = |member: &&Member| member.manifest.name() == Some(selector);
        if let Some(member) = self.members.iter().find(by_name) {
            return Some(member);
        }
        let path = crate::dockerfile::contract::clean(&format!("{directory}/{selector}"));
        let by_path = |member: &&Member| member.directory == path;
        let is_path = selector.contains('/') && !selector.starts_with('@');
        if is_path || client == Client::Npm {
            return self.members.iter().find(by_path);
        }
        let scoped = |member: &&Member| {
            let name = member.manifest.name().unwrap_or_default();
            name.starts_with('@') && name.rsplit('/').next() == Some(selector)
        };
        let mut found = self.members.iter().filter(scoped);
        let first = found.next().filter(|_| client == Client::Pnpm)?;
        found.next().is_none().then_some(first)
    }

    /// The manifests of what may run, the root's first.
    pub(super) fn running(&self) -> impl Iterator<Item = &Manifest> {
        let members = self.members.iter().filter(|member| member.runs);
        std::iter::once(&self.manifest).chain(members.map(|member| &member.manifest))
    }

    /// The manifests of all packages, the root's first.
    pub(super) fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        let members = self.members.iter().map(|member| &member.manifest);
        std::iter::once(&self.manifest).chain(members)
    }

    /// Everything that the packages that may run depend on.
    pub(super) fn packages(&self) -> impl Iterator<Item = &str> {
        self.running()
            .flat_map(|manifest| manifest.dependencies().chain(manifest.development()))
    }

    /// Whether prisma generates a client among the packages.
    pub(super) fn runs_prisma(&self) -> bool {
        self.packages().any(|name| name == "@prisma/client")
    }

    /// The line on which a dependency is listed.
    pub(super) fn listing(&self, package: &str) -> Evidence {
        let lists = |manifest: &&Manifest| {
            let mut listed = manifest.dependencies().chain(manifest.development());
            listed.any(|name| name == package)
        };
        let manifest = self.running().find(lists).unwrap_or(&self.manifest);
        manifest.evidence(package)
    }

    /// The member to which a file of the build context belongs.
    pub(super) fn owner(&self, path: &str) -> Option<&Member> {
        let is_below = |member: &&Member| {
            path.strip_prefix(member.source.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        };
        let members = self.members.iter().filter(is_below);
        members.max_by_key(|member| member.source.len())
    }

    /// Tells the members that may run from those that the program has nothing to do with. All may
    /// run where what starts belongs to none of them.
    pub(super) fn narrow(&mut self, program: &Program) {
        let mut started = Vec::new();
        for leaf in program.leaves.iter().filter(|leaf| !leaf.via.wrapper) {
            let file = node(leaf).and_then(|invocation| invocation.file);
            let place = file.map_or_else(|| leaf.directory.clone(), |file| absolute(leaf, &file));
            let mut members = self.members.iter();
            let Some(at) = members.position(|member| is_within(&place, &member.directory)) else {
                return;
            };
            started.push(at);
        }
        for member in &mut self.members {
            member.runs = false;
        }
        while let Some(at) = started.pop() {
            let Some(member) = self.members.get_mut(at) else {
                continue;
            };
            if std::mem::replace(&mut member.runs, true) {
                continue;
            }
            let names: Vec<String> = member
                .manifest
                .dependencies()
                .chain(member.manifest.development())
                .map(str::to_owned)
                .collect();
            let needed = |member: &Member| {
                let name = member.manifest.name().unwrap_or_default();
                names.iter().any(|known| known == name)
            };
            let members = self.members.iter().enumerate();
            started.extend(members.filter(|(_, it)| needed(it)).map(|(at, _)| at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::node::{project, testing::with_build};

    #[test]
    fn patterns_name_members() {
        let patterns = ["packages/*", "./apps/**", "!apps/old"].map(str::to_owned);
        for (folder, expected) in [
            ("packages/a", true),
            ("packages/a/b", false),
            ("apps/x/y", true),
            ("apps/old", false),
            ("packages/node_modules", false),
            ("other", false),
        ] {
            assert_eq!(is_member(&patterns, folder), expected, "{folder}");
        }
    }

    const TEXT: &str = "FROM node:22\nWORKDIR /repo\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"packages/api/a.js\"]\n";

    const FILES: [(&str, &str); 4] = [
        ("package.json", r#"{"workspaces":["packages/*"]}"#),
        (
            "packages/api/package.json",
            r#"{"name":"@acme/api","dependencies":{"@acme/lib":"*"}}"#,
        ),
        ("packages/lib/package.json", r#"{"name":"@acme/lib"}"#),
        ("packages/web/package.json", r#"{"name":"web"}"#),
    ];

    #[test]
    fn members_are_found_by_name_and_folder() {
        let project = with_build(TEXT, &FILES, |build| project::read(build, None).unwrap());
        let place = |client, selector: &str| {
            let member = project.member(client, selector, "/repo");
            member.map(|member| member.directory.as_str())
        };
        assert_eq!(place(Client::Npm, "@acme/api"), Some("/repo/packages/api"));
        assert_eq!(
            place(Client::Npm, "packages/web"),
            Some("/repo/packages/web")
        );
        assert_eq!(place(Client::Npm, "api"), None);
        assert_eq!(place(Client::Pnpm, "api"), Some("/repo/packages/api"));
        assert_eq!(
            place(Client::Pnpm, "./packages/lib"),
            Some("/repo/packages/lib")
        );
        let owner = project.owner("packages/lib/x.js").unwrap();
        assert_eq!(owner.source, "packages/lib");
        assert!(project.owner("packages/other.js").is_none());
    }

    #[test]
    fn what_starts_and_what_it_depends_on_runs() {
        let runs = |text: &str| {
            with_build(text, &FILES, |build| {
                let mut project = project::read(build, None).unwrap();
                let entry = crate::plan::entry::read(build);
                let program = super::super::program::read(build, &entry, &project);
                project.narrow(&program.unwrap_or_default());
                let running = project.members.iter().filter(|member| member.runs);
                running
                    .map(|member| member.source.clone())
                    .collect::<Vec<_>>()
            })
        };
        let text = TEXT.replace("a.js", "package.json");
        assert_eq!(runs(&text), ["packages/api", "packages/lib"]);
        let text = TEXT.replace("packages/api/a.js", "package.json");
        assert_eq!(runs(&text).len(), 3);
    }
}
