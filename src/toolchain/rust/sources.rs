//! The Rust sources of a package. In: its folder. Out: what they say, the build script apart, and
//! which files of the project are compiled in.

use super::manifest::{self, Package};
use crate::outcome::{Code, Decline};
use crate::plan::build::Build;
use crate::project::source::{
    Call, FileScan, Language, Sieve, SourceFacts, Vendor, joined_literals, scan, scan_all,
};

/// What the sources of a package say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sources {
    /// The files of its programs and its library.
    pub files: Vec<FileScan>,
    /// The build scripts.
    pub build_scripts: Vec<(String, SourceFacts)>,
    /// Files and folders of the context that are compiled in.
    pub embedded: Vec<String>,
}

/// The packages whose sources are read.
pub(crate) struct Packages<'p> {
    /// Those that are in the programs.
    pub used: Vec<&'p Package>,
    /// The folders of all packages of the workspace: what lies in one belongs to no other.
    pub folders: &'p [String],
}

impl<'p> Packages<'p> {
    /// The package that a file (context path) belongs to, and the file's path within it.
    fn of<'f>(&self, file: &'f str) -> Option<(&'p Package, &'f str)> {
        let inside = |folder: &str| match folder {
            "" => Some(file),
            folder => file.strip_prefix(folder)?.strip_prefix('/'),
        };
        let folders = self.folders.iter().map(String::as_str);
        let innermost = folders
            .filter(|folder| inside(folder).is_some())
            .max_by_key(|f| f.len())?;
        let package = self
            .used
            .iter()
            .find(|package| package.folder == innermost)?;
        Some((package, inside(innermost)?))
    }
}

/// Reads the sources. `is_debug` tells that folders which are compiled in only by a release build
/// are read at run time.
pub(crate) fn read(
    build: &Build<'_>,
    packages: &Packages<'_>,
    is_debug: bool,
) -> Result<Sources, Decline> {
    let scripts: Vec<String> = packages
        .used
        .iter()
        .filter_map(|package| {
            let script = package.build_script.as_ref()?;
            Some(manifest::join(&package.folder, script))
        })
        .collect();
    let idle = ["tests/", "benches/", "examples/", "target/"];
    let languages = [Language::Rust];
    let is_read = |path: &str| {
        let inside = packages.of(path).map(|(_, inside)| inside);
        inside.is_some_and(|path| !idle.iter().any(|idle| path.starts_with(idle)))
            && !scripts.iter().any(|script| script == path)
    };
    let sieve = Sieve::open();
    let project = scan_all(build.context, &languages, Vendor::Without, &sieve, is_read);
    if let Some((path, _)) = project.skipped.first() {
        let message = format!("`{path}` cannot be read, so it is not known what the program needs");
        return Err(Decline::new(Code::UnsupportedProject, message));
    }
    let mut sources = Sources {
        files: project.without_tests().files,
        ..Sources::default()
    };
    sources.build_scripts = scripts
        .into_iter()
        .filter_map(|path| {
            let facts = scan(build.context.read(&path)?, Language::Rust);
            Some((path, facts))
        })
        .collect();
    let derives = |name: &str| {
        let calls = sources.files.iter().flat_map(|file| &file.facts.calls);
        calls.filter(|call| call.callee == "#[derive]").any(|call| {
            call.args
                .iter()
                .any(|arg| matches!(arg, crate::project::source::Arg::Name(n) if n == name))
        })
    };
    let templates = derives("Template") || derives("TemplateOnce") || derives("TemplateSimple");
    let mut embedded = Vec::new();
    for file in &sources.files {
        let package = packages.of(&file.path).map(|(package, _)| package);
        let folder = package.map_or("", |package| package.folder.as_str());
        for call in &file.facts.calls {
            embedded.extend(embeds(folder, &file.path, call, is_debug));
            if templates && call.callee == "#[template]" {
                embedded.push(manifest::join(folder, "templates"));
            }
        }
    }
    embedded.sort();
    embedded.dedup();
    sources.embedded = embedded;
    Ok(sources)
}

/// What a macro or an attribute compiles in, as paths of the context.
fn embeds(folder: &str, file: &str, call: &Call, is_debug: bool) -> Vec<String> {
    let name = call.callee.trim_end_matches('!');
    let name = name.rsplit("::").next().unwrap_or(name);
    let first = call.text(0).map(|text| {
        text.trim_start_matches("$CARGO_MANIFEST_DIR/")
            .trim_end_matches('/')
    });
    let of_package = |path: &str| normal(&manifest::join(folder, path));
    let path = match (call.callee.ends_with('!'), name) {
        (true, "include_str" | "include_bytes" | "include") => {
            let directory = file.rsplit_once('/').map_or("", |(directory, _)| directory);
            match call.text(0) {
                Some(text) => normal(&manifest::join(directory, text)),
                // `concat!(env!("CARGO_MANIFEST_DIR"), "/x")`: found through its own call.
                None => None,
            }
        }
        (true, "include_dir" | "static_loader" | "i18n") => first.and_then(of_package),
        (true, "migrate" | "embed_migrations") => of_package(first.unwrap_or("migrations")),
        (true, "concat") => {
            let joined = joined_literals(call);
            joined.and_then(|joined| of_package(joined.path.trim_start_matches('/')))
        }
        // rust-embed reads the folder at run time in a debug build.
        (false, "#[folder]") if !is_debug => first.and_then(of_package),
        _ => None,
    };
    path.into_iter().collect()
}

fn normal(path: &str) -> Option<String> {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => _ = segments.pop()?,
            name => segments.push(name),
        }
    }
    (!segments.is_empty()).then(|| segments.join("/"))
}

impl Sources {
    /// Whether a file of the context is compiled in.
    pub(crate) fn is_embedded(&self, path: &str) -> bool {
        self.embedded.iter().any(|known| {
            path == known
                || path
                    .strip_prefix(known.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
        })
    }
}

/// Whether a file of the context is a source or belongs to cargo and its tools.
pub(crate) fn is_source(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let in_tool = ["sqlx", "cargo", "github", "config/nextest"];
    let hidden = in_tool.iter().any(|tool| folder == format!(".{tool}"));
    hidden
        || name
            .rsplit_once('.')
            .is_some_and(|(_, ending)| ending == "rs")
        || matches!(
            name,
            "Cargo.toml"
                | "Cargo.lock"
                | "rust-toolchain"
                | "rust-toolchain.toml"
                | "clippy.toml"
                | "rustfmt.toml"
                | ".rustfmt.toml"
                | "deny.toml"
                | "askama.toml"
                | "sailfish.toml"
                | "release.toml"
                | "cliff.toml"
                | "Cross.toml"
                | "tarpaulin.toml"
                | "build.rs"
                | "sqlx-data.json"
                | "bacon.toml"
                | "typos.toml"
                | "audit.toml"
        )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::project::context::BuildContext;
    use crate::toolchain::compiled::sample::sample;

    /// A package alone.
    pub(in crate::toolchain::rust) fn of_one(package: &Package) -> Packages<'_> {
        static ROOT: [String; 1] = [String::new()];
        Packages {
            used: vec![package],
            folders: &ROOT,
        }
    }

    fn embedded(source: &str, is_debug: bool) -> Vec<String> {
        let files = [
            ("Cargo.toml", "[package]\nname='a'"),
            ("src/main.rs", source),
        ];
        sample("FROM rust:1\nCOPY . /app\n", &files, |build| {
            let package = manifest::read(build.context, "", &manifest::Shared::default()).unwrap();
            read(build, &of_one(&package), is_debug).unwrap().embedded
        })
    }

    #[test]
    fn what_is_compiled_in_is_found() {
        for (source, path) in [
            (
                "const A: &str = include_str!(\"../assets/a.html\");",
                "assets/a.html",
            ),
            (
                "const A: &[u8] = include_bytes!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/x/y.bin\"));",
                "x/y.bin",
            ),
            (
                "static D: Dir = include_dir!(\"$CARGO_MANIFEST_DIR/static\");",
                "static",
            ),
            (
                "#[derive(RustEmbed)]\n#[folder = \"public/\"]\nstruct A;",
                "public",
            ),
            (
                "async fn f() { sqlx::migrate!().run(&pool).await; }",
                "migrations",
            ),
            ("sqlx::migrate!(\"./db/migrations\");", "db/migrations"),
            (
                "#[derive(Template)]\n#[template(path = \"a.html\")]\nstruct A;",
                "templates",
            ),
        ] {
            assert_eq!(embedded(source, false), [path], "{source}");
        }
        assert!(
            embedded(
                "#[derive(RustEmbed)]\n#[folder = \"public/\"]\nstruct A;",
                true
            )
            .is_empty()
        );
        assert!(embedded("fn f() { std::fs::read(\"a.html\"); }", false).is_empty());
    }

    #[test]
    fn the_build_script_stands_apart() {
        let files = [
            ("Cargo.toml", "[package]\nname='a'"),
            ("build.rs", "fn main() {}"),
            ("src/main.rs", ""),
        ];
        let text = "FROM rust:1\nCOPY . /app\n";
        sample(text, &files, |build| {
            let package = manifest::read(build.context, "", &manifest::Shared::default()).unwrap();
            let sources = read(build, &of_one(&package), false).unwrap();
            assert_eq!(sources.files.len(), 1);
            assert_eq!(sources.build_scripts[0].0, "build.rs");
        });
        let _ = BuildContext::empty();
    }
}
