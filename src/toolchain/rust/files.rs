//! Files that a program reads. In: its sources and where they lie. Out: what has to be copied
//! beside it: what its sources, its arguments and its environment name, and data that nobody
//! compiles in; or the whole directory of the application.

use super::commands;
use super::sources::{Sources, is_source};
use crate::plan::analysis::Payload;
use crate::plan::because::Because;
use crate::project::evidence::Evidence;
use crate::project::source::{Call, FileScan, joined_literals};
use crate::toolchain::compiled::beside::Beside;
use crate::toolchain::compiled::data::Rules;
use crate::toolchain::compiled::scope::{Scope, reads_here};

/// Types and functions that serve or read the folder that they are given.
const FOLDER_READERS: [&str; 10] = [
    "ServeDir::new",
    "Files::new",
    "FileServer::from",
    "FileServer::new",
    "fs::dir",
    "StaticDir::new",
    "StaticFilesEndpoint::new",
    "fs::read_dir",
    "WalkDir::new",
    "ServeFile::new",
];

fn reads_folder(call: &Call) -> bool {
    FOLDER_READERS
        .iter()
        .any(|name| call.callee.ends_with(name))
}

/// Functions and methods that read what they name when they run, whatever is compiled in beside.
const READERS: [&str; 16] = [
    "Tera::new",
    "File::open",
    "fs::read",
    "fs::read_to_string",
    "fs::metadata",
    "path_loader",
    "register_templates_directory",
    "register_template_file",
    "load_from_glob",
    "NamedFile::open",
    "from_path",
    "Migrator::new",
    "add_source",
    "File::with_name",
    "set_template_dir",
    "from_filename",
];

fn reads(call: &Call) -> bool {
    reads_folder(call) || READERS.iter().any(|name| call.callee.ends_with(name))
}

/// What is copied beside the program; the flag tells whether it is the whole directory.
pub(crate) fn read(scope: &Scope<'_, '_>, sources: &Sources) -> (Vec<Payload>, bool) {
    if let Some((path, because)) = whole(scope, sources) {
        let payload = Payload {
            path,
            is_dir: true,
            writable: true,
            because,
        };
        return (vec![payload], true);
    }
    let is_embedded = |context: &str| sources.is_embedded(context);
    let rules = Rules {
        is_source: &is_source,
        is_embedded: &is_embedded,
    };
    let mut beside = Beside::new(scope, &rules);
    for file in &sources.files {
        literals(file, &mut beside);
    }
    beside.configured(commands::is_build_variable);
    let payload = beside.finish("data beside the program that is not compiled in");
    (payload, false)
}

/// The directory that is needed as a whole, and why.
fn whole(scope: &Scope<'_, '_>, sources: &Sources) -> Option<(String, Because)> {
    scope.generated(&commands::compiles).or_else(|| {
        let (_, root) = scope.here()?;
        let files = sources.files.iter();
        let files = files.map(|file| (file.path.as_str(), &file.facts));
        Some((root.to_owned(), reads_here(files, reads_folder)?))
    })
}

/// What strings of a source file name.
fn literals(file: &FileScan, beside: &mut Beside<'_, '_>) {
    let mut pieces: Vec<(u32, &str)> = Vec::new();
    let mut read: Vec<&str> = Vec::new();
    for call in &file.facts.calls {
        let evidence = Evidence::line(&file.path, call.line);
        if reads(call) {
            read.extend(call.args.iter().filter_map(|arg| arg.text()));
        }
        if compiles_in(call) {
            pieces.extend(
                call.args
                    .iter()
                    .filter_map(|arg| Some((call.line, arg.text()?))),
            );
        } else if call.function() == "join"
            && let Some(joined) = joined_literals(call)
        {
            name(beside, &joined.path, false, &evidence);
        }
    }
    for literal in &file.facts.strings {
        let text = literal.value.as_str();
        let evidence = Evidence::line(&file.path, literal.line);
        if !pieces.contains(&(literal.line, text)) {
            name(beside, text, read.contains(&text), &evidence);
        }
        // `concat!(env!("CARGO_MANIFEST_DIR"), "/static")`, `root.join("/static")`.
        if let Some(below) = text
            .strip_prefix('/')
            .filter(|text| text.contains(['/', '.']))
        {
            name(beside, below, false, &evidence);
        }
    }
}

fn name(beside: &mut Beside<'_, '_>, text: &str, is_read: bool, evidence: &Evidence) {
    let (scope, rules) = (beside.scope, beside.rules);
    beside.name(&scope.bases, text, is_read, evidence, |path| {
        let mut files = scope.tree.below(path);
        let mut sources = scope.tree.below(path);
        (is_read || !files.all(|(_, context)| (rules.is_embedded)(context)))
            && !sources.any(|(_, context)| context.rsplit('.').next() == Some("rs"))
    });
}

/// Whether what a macro names is compiled in.
fn compiles_in(call: &Call) -> bool {
    let name = call.callee.trim_end_matches('!');
    let name = name.rsplit("::").next().unwrap_or(name);
    call.callee.ends_with('!')
        && matches!(
            name,
            "include_str"
                | "include_bytes"
                | "include"
                | "include_dir"
                | "migrate"
                | "embed_migrations"
                | "static_loader"
                | "i18n"
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::entry;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::compiled::tree::Tree;
    use crate::toolchain::rust::{manifest, sources};

    fn copied(source: &str, tail: &str, more: &[&str]) -> Vec<String> {
        let text = format!("FROM rust:1\nWORKDIR /app\nCOPY . .\nRUN cargo build\n{tail}\n");
        let mut files = vec![
            ("Cargo.toml", "[package]\nname='a'\nedition='2021'"),
            ("src/main.rs", source),
        ];
        files.extend(more.iter().map(|file| (*file, "")));
        sample(&text, &files, |build| {
            let package = manifest::read(build.context, "", &manifest::Shared::default()).unwrap();
            let sources = sources::read(build, &sources::tests::of_one(&package), false).unwrap();
            let scope = Scope {
                build,
                tree: &Tree::of(build),
                entry: &entry::read(build),
                roots: &["/app".to_owned()],
                bases: vec!["/app"],
            };
            let (payload, _) = read(&scope, &sources);
            payload.into_iter().map(|payload| payload.path).collect()
        })
    }

    #[test]
    fn named_and_conventional_data_is_copied() {
        let files = [
            "templates/a.html",
            "static/b.css",
            "odd/c.bin",
            "README.md",
            "tests/t.rs",
        ];
        let source = "fn main() { std::fs::read(\"odd/c.bin\"); }";
        assert_eq!(
            copied(source, "", &files),
            ["/app/odd", "/app/static", "/app/templates"]
        );
    }

    #[test]
    fn what_is_compiled_in_stays_unless_it_is_read_too() {
        let files = ["templates/a.html"];
        let compiled = "#[derive(Template)]\n#[template(path = \"a.html\")]\nstruct A;";
        assert_eq!(copied(compiled, "", &files), [] as [&str; 0]);
        let both = format!("{compiled}\nfn main() {{ Tera::new(\"templates/**/*\"); }}");
        assert_eq!(copied(&both, "", &files), ["/app/templates"]);
    }

    #[test]
    fn arguments_and_variables_name_files() {
        let files = ["etc/x.ini", "src/lib.rs"];
        let tail = "ENV CONFIG=etc/x.ini\nCMD [\"./target/debug/a\"]";
        assert_eq!(copied("fn main() {}", tail, &files), ["/app/etc"]);
    }

    #[test]
    fn the_whole_directory_goes_along_where_names_are_not_known() {
        let serve = "fn main() { ServeDir::new(\".\"); }";
        assert_eq!(copied(serve, "", &["a.css"]), ["/app"]);
        let generate = "RUN cargo run --bin generate";
        assert_eq!(copied("fn main() {}", generate, &["a.css"]), ["/app"]);
    }
}
