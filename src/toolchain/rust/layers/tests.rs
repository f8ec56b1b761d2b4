//! When dependencies get a layer of their own, and what it says.

use super::*;
use crate::toolchain::compiled::sample::sample;
use crate::toolchain::compiled::tree::Tree;
use crate::toolchain::rust::builds;

const MANIFEST: &str = "[package]\nname='a'\nedition='2021'\n[dependencies]\nx='1'\n";
const LOCK: &str = "[[package]]\nname = \"a\"\nversion = \"0.1.0\"\n";

fn text(dockerfile: &str, manifest: &str, more: &[(&str, &str)]) -> Option<String> {
    let text = format!("FROM rust:1-bookworm\nWORKDIR /app\n{dockerfile}\n");
    let mut files = vec![
        ("Cargo.toml", manifest),
        ("Cargo.lock", LOCK),
        ("src/main.rs", ""),
    ];
    files.extend_from_slice(more);
    sample(&text, &files, |build| {
        let builds = builds::read(build, &Tree::of(build)).unwrap();
        let layer = dependencies_first(build, builds.own.last()?)?;
        let at = layer.edit.span.start;
        let before = build.dockerfile.text[..at].lines().last()?.to_owned();
        Some(format!("{before}\n{}", layer.edit.text))
    })
}

fn layer(dockerfile: &str) -> Option<String> {
    text(dockerfile, MANIFEST, &[])
}

#[test]
fn the_layer_forgets_the_package_that_it_was_made_with() {
    let expected = "WORKDIR /app\nCOPY Cargo.toml Cargo.lock ./\nRUN mkdir -p src \\\n    \
        && echo 'fn main() {}' > src/main.rs \\\n    && A=1 cargo build --release --locked \\\n    \
        && A=1 cargo clean --release -p a \\\n    && rm -r src \\\n    \
        && test ! -e /app/target/release/a\n";
    let dockerfile = "# all of it\nCOPY . .\nRUN A=1 cargo build --release --locked";
    assert_eq!(layer(dockerfile).as_deref(), Some(expected));
}

#[test]
fn files_that_are_there_already_are_not_copied_again() {
    let found = layer("COPY Cargo.* ./\nENV PORT=1\nCOPY src src\nRUN cargo build").unwrap();
    assert!(found.starts_with("ENV PORT=1\nRUN mkdir"), "{found}");
    let config = [(".cargo/config.toml", ""), ("rust-toolchain.toml", "")];
    let found = text("COPY . .\nRUN cargo build", MANIFEST, &config).unwrap();
    assert!(
        found.contains("COPY Cargo.toml Cargo.lock rust-toolchain.toml ./\n"),
        "{found}"
    );
    assert!(
        found.contains("COPY .cargo/config.toml ./.cargo/\n"),
        "{found}"
    );
    let found = layer("COPY . /b\nWORKDIR /b\nRUN cargo build").unwrap();
    assert!(
        found.contains("COPY Cargo.toml Cargo.lock /b/\nRUN cd /b \\\n"),
        "{found}"
    );
}

#[test]
fn programs_of_empty_sources_are_installed_nowhere() {
    let found = layer("COPY . .\nRUN cargo install --root /usr/local --path .").unwrap();
    assert!(
        found.contains("cargo install --path . --root /tmp/dependencies \\\n"),
        "{found}"
    );
    assert!(
        found.contains("&& cargo clean --release -p a \\\n"),
        "{found}"
    );
    assert!(found.contains("&& rm -r /tmp/dependencies \\\n"), "{found}");
}

#[test]
fn the_order_is_left_alone_where_it_could_matter() {
    for dockerfile in [
        "COPY . .\nRUN apt-get install -y libssl-dev && cargo build",
        "COPY . .\nRUN apt-get install -y libssl-dev\nRUN cargo build",
        "COPY . .\nENV RUSTFLAGS=-g\nRUN cargo build",
        "COPY . .\nRUN --mount=type=cache,target=/app/target cargo build",
        "COPY Cargo.* ./\nRUN cargo fetch\nCOPY src src\nRUN cargo build",
        "COPY Cargo.* ./\nRUN mkdir src && touch src/main.rs && cargo build\nCOPY . .\nRUN cargo build",
        "COPY --chown=1:1 . .\nRUN cargo build",
        "USER nobody\nCOPY . .\nRUN cargo build",
        "COPY . .\nRUN [\"cargo\", \"build\"]",
        "COPY . sub\nRUN cargo build --manifest-path sub/Cargo.toml",
    ] {
        assert_eq!(layer(dockerfile), None, "{dockerfile}");
    }
    let plain = "COPY . .\nRUN cargo build";
    for manifest in [
        "[package]\nname='a'\n[dependencies]\n",
        "[package]\nname='a'\n[dependencies]\nx={path='x'}\n",
        "[package]\nname='a'\n[dependencies]\nx='1'\n[patch.crates-io]\nx={path='x'}\n",
        "[package]\nname='other'\n[dependencies]\nx='1'\n",
    ] {
        let beside = ("x/Cargo.toml", "[package]\nname='x'");
        assert_eq!(text(plain, manifest, &[beside]), None, "{manifest}");
    }
    let script = (
        "build.rs",
        "fn main() { tonic_build::compile_protos(\"proto/a.proto\"); }",
    );
    assert_eq!(
        text(plain, MANIFEST, &[script, ("proto/a.proto", "")]),
        None
    );
    let vendored = (".cargo/config.toml", "[source.crates-io]\nreplace-with='v'");
    assert_eq!(text(plain, MANIFEST, &[vendored]), None);
}
