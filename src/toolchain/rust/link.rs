//! How a program is linked. In: its target, the compiler's flags, its crates, and what its own
//! sources link. Out: statically, or with a C library and which packages.

use super::builds::CargoBuild;
use super::crates::{self, Crates};
use super::libraries;
use super::parts::Part;
use super::sources::Sources;
use crate::knowledge::distro::Libc;
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::analysis::Need;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::project::evidence::Evidence;
use crate::project::source::{Arg, SourceFacts};
use crate::toolchain::compiled::ladder::Linked;

/// How a program is linked, and with what.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    /// For the ladder.
    pub linked: Linked,
    /// Packages with its libraries, by their names on the builder's release.
    pub packages: Vec<Need<String>>,
    /// Its crates.
    pub crates: Crates,
}

/// Reads how what a run of cargo makes is linked.
pub(crate) fn read(
    build: &Build<'_>,
    own: &CargoBuild,
    sources: &Sources,
) -> Result<Link, Decline> {
    let decline = |code: Code, message: &str| Decline::new(code, message).at(own.line.max(1));
    let flags = own.settings.rustflags.as_str();
    let builder = build.base.image.libc();
    let musl = |target: &String| target.contains("-musl");
    let targets = &own.settings.targets;
    let libc = match (targets.iter().any(musl), targets.iter().all(musl)) {
        (_, true) if targets.is_empty() => builder,
        (true, true) => Some(Libc::Musl),
        (false, _) => Some(Libc::Glibc),
        (true, false) => {
            let message = "it is built for several targets with different C libraries";
            return Err(decline(Code::UnsupportedProject, message));
        }
    };
    if flags.contains("prefer-dynamic") {
        let message = "the program is linked with the shared standard library of the toolchain";
        return Err(decline(Code::ToolchainAtRuntime, message));
    }
    let crt_static = crt_static(flags);
    let crates = crates::read(build, own)?;
    let line = if own.line > 0 {
        own.line
    } else {
        build.base.line
    };
    match (libc, crt_static) {
        (Some(Libc::Musl), None | Some(true)) => {
            let because = Because::line("Rust links its programs statically for musl", line);
            let linked = Linked::Static(because);
            return Ok(Link {
                linked,
                packages: Vec::new(),
                crates,
            });
        }
        (None, _) => {
            return Err(decline(
                Code::UnknownBase,
                "the C library of the base image is not known",
            ));
        }
        (libc, _) if libc != builder => {
            let message = "the target has another C library than the base image";
            return Err(decline(Code::UnsupportedProject, message));
        }
        _ => {}
    }
    let libc = libc.unwrap_or(Libc::Glibc);
    let is_dynamic = |part: &Part| part.package.crate_types == ["dylib"];
    if own.parts.iter().any(is_dynamic) {
        let message = "a library of the project is linked dynamically (`crate-type`)";
        return Err(decline(Code::UnknownLibraries, message));
    }
    linked_by_flags(flags).map_or(Ok(()), |name| {
        Err(unknown(build, &name, "in the compiler's flags"))
    })?;
    own_links(build, sources)?;
    let found = libraries::read(build, &crates)?;
    let packages = (crt_static == Some(true)).then(|| {
        Because::line(
            "glibc is linked statically and still loads parts of its own release",
            line,
        )
    });
    let because = match libc {
        Libc::Glibc => Because::line("Rust links its programs with glibc", line),
        Libc::Musl => Because::line(
            "`-crt-static` links the program with musl dynamically",
            line,
        ),
    };
    let gcc = Some(Because::line(
        "Rust's unwinder is in GCC's library (libgcc)",
        line,
    ));
    let linked = Linked::Libc {
        libc,
        gcc,
        packages,
        because,
    };
    Ok(Link {
        linked,
        packages: found.packages,
        crates,
    })
}

/// What the flags say about `crt-static`, the last one counting.
fn crt_static(flags: &str) -> Option<bool> {
    let on = flags.rfind("+crt-static");
    let off = flags.rfind("-crt-static");
    match (on, off) {
        (None, None) => None,
        (on, off) => Some(on > off),
    }
}

/// A library that the compiler's flags name: `-lz`, `-l z`, `link-arg=-lz`.
fn linked_by_flags(flags: &str) -> Option<String> {
    let mut words = flags.split([' ', '=', ',']).filter(|word| !word.is_empty());
    let word = words.find(|word| word.starts_with("-l"))?;
    let name = word.trim_start_matches("-l");
    Some(
        if name.is_empty() {
            words.next().unwrap_or_default()
        } else {
            name
        }
        .to_owned(),
    )
}

/// Libraries that every program of the C library has.
const ORDINARY: [&str; 10] = [
    "c", "m", "dl", "pthread", "rt", "util", "gcc_s", "gcc", "stdc++", "gcc_eh",
];

/// Declines when the project's own code links a library that no package explains.
fn own_links(build: &Build<'_>, sources: &Sources) -> Result<(), Decline> {
    for (path, facts) in &sources.build_scripts {
        for literal in &facts.strings {
            let Some(at) = literal.value.find("rustc-link-lib=") else {
                continue;
            };
            let value = literal
                .value
                .get(at + "rustc-link-lib=".len()..)
                .unwrap_or_default();
            let (kind, name) = value.split_once('=').unwrap_or(("", value));
            let name = name.split(':').next().unwrap_or(name).trim();
            let is_open = literal.partial || name.is_empty() || name.contains('{');
            let place = Evidence::line(path, literal.line).to_string();
            if !kind.starts_with("static") && (is_open || !is_explained(build, name)) {
                return Err(unknown(build, name, &place));
            }
        }
        probes(build, path, facts)?;
    }
    for file in &sources.files {
        for call in file
            .facts
            .calls
            .iter()
            .filter(|call| call.callee == "#[link]")
        {
            let kind = call.keyword("kind").and_then(Arg::text).unwrap_or_default();
            let name = call.keyword("name").and_then(Arg::text).unwrap_or_default();
            if !matches!(kind, "static" | "raw-dylib" | "framework") && !is_explained(build, name) {
                let place = Evidence::line(&file.path, call.line).to_string();
                return Err(unknown(build, name, &place));
            }
        }
        let opens = file.facts.calls.iter().find(|call| {
            let opener =
                call.callee.ends_with("Library::new") || call.callee.ends_with("Container::load");
            opener
                && file.facts.imports.iter().any(|import| {
                    matches!(import.module.as_str(), "libloading" | "dlopen" | "dlopen2")
                })
        });
        if let Some(call) = opens {
            let place = Evidence::line(&file.path, call.line).to_string();
            return Err(unknown(
                build,
                call.text(0).unwrap_or("of its choice"),
                &place,
            ));
        }
    }
    Ok(())
}

/// `pkg_config::probe_library("x")`, `pkg_config::Config::new().probe("x")`.
fn probes(build: &Build<'_>, path: &str, facts: &SourceFacts) -> Result<(), Decline> {
    for call in &facts.calls {
        let is_probe = call.callee.contains("pkg_config")
            && matches!(call.function(), "probe_library" | "probe" | "find_library");
        let name = call.text(0).unwrap_or_default();
        if is_probe && !is_explained(build, name) {
            return Err(unknown(
                build,
                name,
                &Evidence::line(path, call.line).to_string(),
            ));
        }
    }
    Ok(())
}

/// Whether a library is one that is always there, or one whose development package the Dockerfile
/// installs: then its libraries are needed anyway.
fn is_explained(build: &Build<'_>, name: &str) -> bool {
    let plain = name.trim_start_matches("lib").to_ascii_lowercase();
    let packages = [format!("lib{plain}-dev"), format!("{plain}-dev")];
    ORDINARY.contains(&name)
        || build.commands().any(|(_, command)| {
            matches!(&command.action, Action::Packages { names, .. }
                if names.iter().any(|name| packages.contains(name)))
        })
}

fn unknown(build: &Build<'_>, name: &str, place: &str) -> Decline {
    let message = format!(
        "the program links the library `{name}` ({place}), and no package is known to bring it"
    );
    Decline::new(Code::UnknownLibraries, message)
        .at(build.base.line)
        .hint("install the library by its package's name in the Dockerfile")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::compiled::tree::Tree;
    use crate::toolchain::rust::{builds, sources};

    const MANIFEST: (&str, &str) = ("Cargo.toml", "[package]\nname='a'\nedition='2021'");

    fn link(base: &str, run: &str, more: &[(&str, &str)]) -> Result<&'static str, Code> {
        let text = format!("FROM {base}\nWORKDIR /app\nCOPY . .\n{run}\n");
        let mut files = vec![MANIFEST, ("src/main.rs", "fn main() {}")];
        files.extend_from_slice(more);
        sample(&text, &files, |build| {
            let builds = builds::read(build, &Tree::of(build)).map_err(|decline| decline.code)?;
            let own = builds.own.last().unwrap();
            let sources = sources::read(build, &sources::tests::of_one(&own.package), false)
                .map_err(|decline| decline.code)?;
            let link = read(build, own, &sources).map_err(|decline| decline.code)?;
            Ok(match link.linked {
                Linked::Static(_) => "static",
                Linked::Libc {
                    packages: Some(_), ..
                } => "release",
                Linked::Libc {
                    libc: Libc::Glibc, ..
                } => "glibc",
                Linked::Libc {
                    libc: Libc::Musl, ..
                } => "musl",
            })
        })
    }

    #[test]
    fn target_and_flags_decide() {
        for (base, run, kind) in [
            ("rust:1-bookworm", "RUN cargo build", "glibc"),
            ("rust:1-alpine", "RUN cargo build", "static"),
            (
                "rust:1-bookworm",
                "RUN cargo build --target x86_64-unknown-linux-musl",
                "static",
            ),
            (
                "rust:1-alpine",
                "ENV RUSTFLAGS='-C target-feature=-crt-static'\nRUN cargo build",
                "musl",
            ),
            (
                "rust:1-bookworm",
                "RUN RUSTFLAGS='-C target-feature=+crt-static' cargo build",
                "release",
            ),
            (
                "rust:1-bookworm",
                "ENV RUSTFLAGS='-C link-arg=-fuse-ld=lld -C target-cpu=native'\nRUN cargo build",
                "glibc",
            ),
        ] {
            assert_eq!(link(base, run, &[]), Ok(kind), "{run}");
        }
        for (base, run, code) in [
            (
                "rust:1-bookworm",
                "ENV RUSTFLAGS='-C prefer-dynamic'\nRUN cargo build",
                Code::ToolchainAtRuntime,
            ),
            (
                "rust:1-bookworm",
                "ENV RUSTFLAGS='-lodd'\nRUN cargo build",
                Code::UnknownLibraries,
            ),
            (
                "rust:1-alpine",
                "RUN cargo build --target x86_64-unknown-linux-gnu",
                Code::UnsupportedProject,
            ),
        ] {
            assert_eq!(link(base, run, &[]), Err(code), "{run}");
        }
    }

    #[test]
    fn what_the_project_links_itself_must_be_explained() {
        let of = |script: &str, install: &str| {
            let run = format!("{install}\nRUN cargo build");
            link("rust:1-bookworm", &run, &[("build.rs", script)])
        };
        let odd = "fn main() { println!(\"cargo:rustc-link-lib=dylib=pcap\"); }";
        assert_eq!(of(odd, ""), Err(Code::UnknownLibraries));
        assert_eq!(of(odd, "RUN apt-get install -y libpcap-dev"), Ok("glibc"));
        let fine = "fn main() { println!(\"cargo::rustc-link-lib=static=x\"); println!(\"cargo:rustc-link-lib=m\"); }";
        assert_eq!(of(fine, ""), Ok("glibc"));
        let open = "fn main() { println!(\"cargo:rustc-link-lib={}\", name); }";
        assert_eq!(of(open, ""), Err(Code::UnknownLibraries));
        let probe = "fn main() { pkg_config::probe_library(\"odd\").unwrap(); }";
        assert_eq!(of(probe, ""), Err(Code::UnknownLibraries));
        let attribute = ("src/ffi.rs", "#[link(name = \"odd\")]\nextern \"C\" {}");
        assert_eq!(
            link("rust:1-bookworm", "RUN cargo build", &[attribute]),
            Err(Code::UnknownLibraries)
        );
        assert_eq!(
            link("rust:1-alpine", "RUN cargo build", &[attribute]),
            Ok("static")
        );
    }
}
