//! What moves before the sources, and what does not.

use crate::toolchain::node::testing::{analyse, edited};

const IGNORE: (&str, &str) = (".dockerignore", "node_modules\n");

fn after(text: &str, manifest: &str) -> String {
    let files = [
        ("package.json", manifest),
        ("package-lock.json", "{}"),
        (".npmrc", ""),
        ("a.js", ""),
        IGNORE,
    ];
    edited(text, &files)
}

#[test]
fn the_installation_moves_before_the_sources() {
    let text = "FROM node:22\nWORKDIR /app\n\n# everything\nCOPY --chown=node . .\n\n# packages\nRUN npm ci \\\n  --no-audit\n\nCMD [\"node\", \"a.js\"]\n";
    let expected = "FROM node:22\nWORKDIR /app\n\nCOPY --chown=node package.json package-lock.json .npmrc ./\n# packages\nRUN --mount=type=cache,target=/root/.npm npm ci \\\n  --no-audit\n\n# everything\nCOPY --chown=node . .\n\nCMD [\"node\", \"a.js\"]\n";
    assert_eq!(after(text, "{}"), expected);
}

#[test]
fn it_stays_where_it_reads_the_sources() {
    let text = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm cache clean --force\nCMD [\"node\", \"a.js\"]\n";
    for manifest in [
        r#"{"scripts":{"postinstall":"node x.js"}}"#,
        r#"{"scripts":{"prepare":"tsc"}}"#,
        r#"{"dependencies":{"lib":"file:lib"}}"#,
    ] {
        assert_eq!(after(text, manifest), text, "{manifest}");
    }
    let files = [("package.json", "{}"), ("a.js", "")];
    assert_eq!(edited(text, &files), text);
    for between in ["ENV A=1", "RUN npm config set x y", "ARG B"] {
        let text = text.replace("RUN npm ci", &format!("{between}\nRUN npm ci"));
        assert_eq!(after(&text, "{}"), text, "{between}");
    }
}

#[test]
fn a_copy_of_manifest_and_sources_comes_later() {
    let text = "FROM node:22\nWORKDIR /app\nCOPY package*.json a.js ./\nRUN npm ci\nCMD [\"node\", \"a.js\"]\n";
    let expected = "COPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci\nCOPY package*.json a.js ./\nCMD";
    assert!(after(text, "{}").contains(expected));
}

#[test]
fn every_manifest_of_a_workspace_comes_first() {
    let text = "FROM node:22\nRUN npm i -g pnpm@9\nWORKDIR /app\nCOPY . .\nRUN pnpm install\nCMD [\"node\", \"packages/a/a.js\"]\n";
    let files = [
        ("package.json", r#"{"scripts":{"prepare":"husky"}}"#),
        ("pnpm-workspace.yaml", "packages: ['packages/*']\n"),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n"),
        (
            "packages/a/package.json",
            r#"{"dependencies":{"b":"workspace:*"}}"#,
        ),
        ("packages/a/a.js", ""),
        ("packages/b/package.json", r#"{"name":"b"}"#),
        ("patches/ms.patch", ""),
        IGNORE,
    ];
    let expected = "COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./\nCOPY packages/a/package.json packages/a/\nCOPY packages/b/package.json packages/b/\nCOPY patches patches/\nRUN pnpm install\nCOPY . .\n";
    assert!(edited(text, &files).contains(expected));
}

#[test]
fn manifests_that_come_first_stay_first() {
    let text = "FROM node:22\nWORKDIR /app\nCOPY package*.json ./\nRUN npm install\nCOPY . .\nCMD [\"node\", \"a.js\"]\n";
    let expected = text.replace("RUN npm", "RUN --mount=type=cache,target=/root/.npm npm");
    assert_eq!(after(text, "{}"), expected);
    let files = [
        ("package.json", "{}"),
        ("package-lock.json", "{}"),
        ("a.js", ""),
    ];
    let analysis = analyse(text, &files).unwrap();
    assert!(
        analysis
            .notes
            .iter()
            .any(|note| note.message.contains("`npm ci`"))
    );
}
