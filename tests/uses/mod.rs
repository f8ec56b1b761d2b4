//! What compose files, bake files, workflows, scripts and the like say about a Dockerfile, and
//! what comes of it.

mod contexts;
mod services;

use std::path::Path;

use tempfile::TempDir;

use crate::cli::{put, run};

/// A static Go program, built from the root of its module.
const GO: &str = "FROM golang:1.25\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /app .\nCMD [\"/app\"]\n";

/// Puts the sources of a Go program into `at`, without a Dockerfile.
fn sources(folder: &Path, at: &str) {
    let join = |name: &str| {
        if at == "." {
            name.to_owned()
        } else {
            format!("{at}/{name}")
        }
    };
    put(
        folder,
        &join("go.mod"),
        "module example.org/app\n\ngo 1.25\n",
    );
    put(
        folder,
        &join("main.go"),
        "package main\n\nfunc main() { println(\"here\") }\n",
    );
}

/// A folder with these files, and sources of a Go program at its root.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    sources(folder.path(), ".");
    for (path, text) in files {
        put(folder.path(), path, text);
    }
    folder
}

/// What is said on standard error about the Dockerfiles of a folder.
fn said(files: &[(&str, &str)]) -> String {
    let folder = folder(files);
    let ran = run(folder.path(), &["-v"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.err
}
