//! Where a project lies, and which ones are declined.

use super::*;
use crate::toolchain::node::testing::with_build;

fn project(text: &str, files: &[(&str, &str)]) -> Result<Project, Code> {
    with_build(text, files, |build| {
        read(build, None).map_err(|decline| decline.code)
    })
}

const MANIFEST: &str = r#"{"devDependencies":{"typescript":"5"}}"#;

#[test]
fn the_application_lies_where_its_dependencies_are_installed() {
    let text = "FROM node:22\nCOPY web /srv/web\nRUN cd /srv/web && npm ci\nWORKDIR /\nCMD [\"node\", \"/srv/web/a.js\"]\n";
    let files = [
        ("web/package.json", MANIFEST),
        ("web/package-lock.json", "{}"),
    ];
    let project = project(text, &files).unwrap();
    assert_eq!(project.app, "/srv/web");
    assert_eq!(project.source, "web");
    assert_eq!(project.lockfile, Some("package-lock.json"));
}

#[test]
fn what_lies_beside_the_application_belongs_to_it() {
    let files = [("server/package.json", "{}"), ("shared/x.js", "")];
    let text = "FROM node:22\nWORKDIR /repo\nCOPY . .\nWORKDIR /repo/server\nRUN npm ci\nCMD [\"node\", \"a.js\"]\n";
    let found = project(text, &files).unwrap();
    assert_eq!(
        (found.app.as_str(), found.root.as_str()),
        ("/repo/server", "/repo")
    );
    let alone = text.replace("COPY . .", "COPY server server");
    assert_eq!(project(&alone, &files).unwrap().root, "/repo/server");
}

#[test]
fn an_installation_in_a_member_is_one_of_the_workspace() {
    let files = [
        ("package.json", r#"{"workspaces":["packages/*"]}"#),
        ("packages/api/package.json", "{}"),
    ];
    let text = "FROM node:22\nWORKDIR /repo\nCOPY . .\nRUN npm ci\nWORKDIR /repo/packages/api\nRUN npm i\nCMD [\"node\", \"a.js\"]\n";
    assert_eq!(project(text, &files).unwrap().app, "/repo");
}

#[test]
fn of_several_packages_the_one_that_starts_is_the_application() {
    let files = [
        ("package.json", "{}"),
        ("web/package.json", "{}"),
        ("api/package.json", "{}"),
    ];
    let text = "FROM node:22\nWORKDIR /repo\nCOPY . .\nRUN npm ci\nRUN cd web && npm ci\nCMD [\"node\", \"a.js\"]\n";
    let found = project(text, &files).unwrap();
    assert_eq!(
        (found.app.as_str(), found.others),
        ("/repo", vec!["/repo/web".to_owned()])
    );
    let apart = text.replace("RUN npm ci", "RUN cd api && npm ci");
    let apart = apart.replace("CMD", "WORKDIR /repo/api\nCMD");
    let found = project(&apart, &files).unwrap();
    assert_eq!(
        (found.app.as_str(), found.root.as_str()),
        ("/repo/api", "/repo")
    );
}

#[test]
fn projects_that_cannot_be_followed_are_declined() {
    let text = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN yarn install\nCMD [\"node\", \"a.js\"]\n";
    let plain = ("package.json", "{}");
    for (files, code) in [
        (vec![plain, ("lerna.json", "{}")], Code::UnsupportedProject),
        (
            vec![plain, (".yarnrc.yml", "nodeLinker: pnpm\n")],
            Code::UnsupportedProject,
        ),
        (
            vec![("package.json", r#"{"packageManager":"yarn@4.1.0"}"#)],
            Code::UnsupportedProject,
        ),
        (vec![("package.json", "{")], Code::UnsupportedProject),
        (vec![("a.js", "")], Code::MissingManifest),
        (
            vec![plain, (".dockerignore", "package.json")],
            Code::HiddenByDockerignore,
        ),
    ] {
        assert_eq!(project(text, &files).unwrap_err(), code, "{files:?}");
    }
    for (files, client) in [
        (
            vec![("package.json", r#"{"packageManager":"yarn@1.22.22"}"#)],
            Client::Yarn,
        ),
        (
            vec![plain, (".yarnrc.yml", "nodeLinker: node-modules\n")],
            Client::Berry,
        ),
    ] {
        assert_eq!(project(text, &files).unwrap().client, client, "{files:?}");
    }
}

#[test]
fn other_package_managers_and_places_are_declined() {
    for (text, line) in [
        (
            "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm i -g bun && bun install\n",
            4,
        ),
        (
            "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npx bun@1 install\n",
            4,
        ),
        (
            "FROM node:22\nCOPY . /a\nCOPY b /b\nRUN cd /a && npm ci\nRUN cd /b && npm ci\n",
            5,
        ),
        ("FROM node:22\nWORKDIR /usr\nCOPY . .\nRUN npm ci\n", 4),
    ] {
        let text = format!("{text}CMD [\"node\", \"a.js\"]\n");
        let files = [("package.json", "{}"), ("b/package.json", "{}")];
        let decline = with_build(&text, &files, |build| read(build, None).unwrap_err());
        assert_eq!(decline.code, Code::UnsupportedProject, "{text}");
        assert_eq!(decline.line, Some(line), "{text}");
    }
}
