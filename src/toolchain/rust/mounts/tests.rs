//! What cache mounts make of a RUN, and when there are none.

use super::*;
use crate::edit;
use crate::toolchain::compiled::sample::sample;
use crate::toolchain::compiled::tree::Tree;
use crate::toolchain::rust::builds;

const MANIFEST: &str = "[package]\nname='a'\nedition='2021'\n[dependencies]\nx='1'\n";
const MOUNTS: &str = "--mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \\\n    \
    --mount=type=cache,id=a-rust-1-bookworm,target=/app/target,sharing=locked \\\n    ";
const OUT: &str = "mkdir -p /tmp/built && cp /app/target/release/a /tmp/built/\nRUN mkdir -p \
    /app/target/release && mv /tmp/built/a /app/target/release/\n";

fn of_project(body: &str, manifest: &str, lock: &str) -> Result<String, &'static str> {
    let text = format!("FROM rust:1-bookworm\nWORKDIR /app\nCOPY . .\n{body}");
    let files = [
        ("Cargo.toml", manifest),
        ("Cargo.lock", lock),
        ("src/main.rs", ""),
        ("y/Cargo.toml", "[package]\nname='y'\n"),
    ];
    sample(&text, &files, |build| {
        let builds = builds::read(build, &Tree::of(build)).unwrap();
        let used = ["/app/target/release/a".to_owned()];
        let elsewhere = body.contains(" target/release/a /usr") || body.contains("install");
        let used = if elsewhere { &[][..] } else { &used };
        let mounts = of(build, builds.own.last().unwrap(), used)?;
        let new = edit::apply(&text, &mounts.edits).unwrap();
        Ok(new.split_once("COPY . .\n").unwrap().1.to_owned())
    })
}

fn mounted(body: &str) -> Result<String, &'static str> {
    of_project(body, MANIFEST, "")
}

#[test]
fn the_program_is_made_anew_and_taken_out() {
    for end in ["", "\n"] {
        assert_eq!(
            mounted(&format!("RUN cargo build --release{end}")).unwrap(),
            format!(
                "RUN {MOUNTS}cargo clean --release -p a && cargo build --release \\\n    && {OUT}"
            )
        );
    }
    let found = mounted("RUN echo x && A=1 cargo build --release\nEXPOSE 80\n").unwrap();
    assert!(
        found
            .contains("echo x && A=1 cargo clean --release -p a && A=1 cargo build --release \\\n"),
        "{found}"
    );
    assert!(found.ends_with("EXPOSE 80\n"), "{found}");
}

#[test]
fn nothing_is_taken_out_that_is_outside_already() {
    for body in [
        "RUN cargo build --release && cp target/release/a /usr/local/bin/z\n",
        "RUN cargo build --release && mv target/release/a /usr/local/bin/z\n",
        "RUN cargo install --path .\n",
    ] {
        let found = mounted(body).unwrap();
        let rest = body.trim_start_matches("RUN ");
        let wanted = format!("RUN {MOUNTS}cargo clean --release -p a && {rest}");
        assert_eq!(found, wanted);
    }
    let linked = "RUN cargo build --release && ln -s /app/target/release/a /usr/local/bin/a\n";
    assert!(mounted(linked).unwrap().contains(OUT));
}

#[test]
fn a_later_run_finds_the_program() {
    let body = "RUN cargo build --release\nRUN strip target/release/a && mv target/release/a /z\n";
    let found = mounted(body).unwrap();
    assert!(found.contains(OUT), "{found}");
}

#[test]
fn packages_from_git_have_a_mount_too() {
    let lock = "[[package]]\nname = \"x\"\nsource = \"git+https://example.org/x#1\"\n";
    let found = of_project("RUN cargo build\n", MANIFEST, lock).unwrap();
    assert!(found.contains("target=/usr/local/cargo/git/db,"), "{found}");
}

#[test]
fn where_a_mount_could_hide_something_there_is_none() {
    for body in [
        "RUN --mount=type=ssh cargo build\n",
        "RUN cargo build && rm -rf target\n",
        "RUN cargo build && cargo clean\n",
        "RUN cargo test && cargo build\n",
        "RUN cargo fetch\nRUN cargo build\n",
        "RUN cargo build\nRUN cargo test\n",
        "RUN cargo build\nRUN cp -r target/debug/build /z\n",
        "RUN cargo build # done\n",
        "RUN (cargo build)\n",
        "RUN test -e x || cargo build\n",
        "RUN cp -r /usr/local/cargo/registry /z && cargo build\n",
        "USER 1000\nRUN cargo build\n",
    ] {
        assert!(mounted(body).is_err(), "{body}");
    }
    let workspace = format!("{MANIFEST}y={{path='y'}}\n[workspace]\n");
    assert!(of_project("RUN cargo build\n", &workspace, "").is_err());
}
