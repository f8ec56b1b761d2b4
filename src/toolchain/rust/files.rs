//! Files that a program reads. In: its sources and where they lie. Out: what has to be copied
//! beside it: what its sources, its arguments and its environment name, and data that nobody
//! compiles in; or the whole directory of the application.

use std::collections::BTreeMap;

use super::commands;
use super::sources::{Sources, is_source};
use crate::plan::analysis::Payload;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::entry::Entry;
use crate::plan::layout::is_within;
use crate::project::evidence::Evidence;
use crate::project::source::{Call, joined_literals};
use crate::toolchain::compiled::data::{self, Rules};
use crate::toolchain::compiled::generated;
use crate::toolchain::compiled::named;
use crate::toolchain::compiled::tree::{Tree, outermost};

/// Where the files of a program are looked for.
pub(crate) struct Scope<'s, 'a> {
    /// The build.
    pub build: &'s Build<'a>,
    /// Its files.
    pub tree: &'s Tree,
    /// The sources of the program.
    pub sources: &'s Sources,
    /// What starts.
    pub entry: &'s Entry,
    /// The directories of the application, in the image.
    pub roots: &'s [String],
    /// Directories that relative paths may start from, the likeliest first.
    pub bases: Vec<&'s str>,
}

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
pub(crate) fn read(scope: &Scope<'_, '_>) -> (Vec<Payload>, bool) {
    if let Some((path, because)) = scope.whole() {
        let payload = Payload {
            path,
            is_dir: true,
            writable: true,
            because,
        };
        return (vec![payload], true);
    }
    let is_embedded = |context: &str| scope.sources.is_embedded(context);
    let rules = Rules {
        is_source: &is_source,
        is_embedded: &is_embedded,
    };
    let mut found: BTreeMap<String, Payload> = BTreeMap::new();
    scope.literals(&rules, &mut found);
    scope.configured(&rules, &mut found);
    for root in scope.roots {
        for (path, is_dir) in data::beside(scope.tree, root, &rules) {
            let rule = "data beside the program that is not compiled in";
            scope.add(&path, is_dir, Because::rule(rule), &mut found);
        }
    }
    for script in &scope.entry.scripts {
        let because = Because::line("a script that starts the program", scope.entry.line);
        scope.add(script, false, because, &mut found);
    }
    let outer = outermost(found.keys().cloned().collect());
    let kept = found
        .into_values()
        .filter(|payload| outer.contains(&payload.path));
    (kept.collect(), false)
}

impl Scope<'_, '_> {
    /// The directory that is needed as a whole, and why.
    fn whole(&self) -> Option<(String, Because)> {
        for root in self.roots {
            if let Some(because) = generated::whole(self.build, root, &commands::compiles) {
                return Some((root.clone(), because));
            }
        }
        let here = self.bases.first()?;
        let root = self.roots.iter().find(|root| is_within(here, root))?;
        let files = self.sources.files.iter();
        let mut calls =
            files.flat_map(|file| file.facts.calls.iter().map(move |call| (file, call)));
        let (file, call) = calls.find(|(_, call)| {
            let mut texts = call.args.iter().filter_map(|arg| arg.text());
            reads_folder(call) && texts.any(named::is_here)
        })?;
        let rule = format!("`{}` reads the working directory", call.callee);
        let evidence = Evidence::line(&file.path, call.line);
        Some((root.clone(), Because::fact(rule, &evidence)))
    }

    /// What strings of the sources name.
    fn literals(&self, rules: &Rules<'_>, found: &mut BTreeMap<String, Payload>) {
        for file in &self.sources.files {
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
                    self.name(&joined.path, false, &evidence, rules, found);
                }
            }
            for literal in &file.facts.strings {
                let text = literal.value.as_str();
                if !pieces.contains(&(literal.line, text)) {
                    let evidence = Evidence::line(&file.path, literal.line);
                    self.name(text, read.contains(&text), &evidence, rules, found);
                }
                // `concat!(env!("CARGO_MANIFEST_DIR"), "/static")`, `root.join("/static")`.
                if let Some(below) = text
                    .strip_prefix('/')
                    .filter(|text| text.contains(['/', '.']))
                {
                    let evidence = Evidence::line(&file.path, literal.line);
                    self.name(below, false, &evidence, rules, found);
                }
            }
        }
    }

    /// What the environment and the arguments of the programs that start name.
    fn configured(&self, rules: &Rules<'_>, found: &mut BTreeMap<String, Payload>) {
        let env = &self.build.end.contract.env;
        let own = env.iter().filter(|(name, _)| {
            self.build.base.image.config.var(name).is_none() && !commands::is_build_variable(name)
        });
        let values = own.filter_map(|(_, value)| value.as_deref());
        let starts = self.entry.commands.iter();
        let words = starts.flat_map(|start| start.arguments().iter().flatten());
        for text in values.chain(words.map(String::as_str)) {
            // `--config=conf/app.yaml`.
            let text = text.rsplit('=').next().unwrap_or(text);
            if let Some(named) = named::resolve(self.tree, &self.bases, text)
                && (!named.is_dir || data::holds_data(self.tree, &named.path, rules))
            {
                let rule = format!("`{text}` in ENV or CMD names it");
                self.add(&named.path, named.is_dir, Because::rule(rule), found);
            }
        }
    }

    fn name(
        &self,
        text: &str,
        is_read: bool,
        evidence: &Evidence,
        rules: &Rules<'_>,
        found: &mut BTreeMap<String, Payload>,
    ) {
        let Some(named) = named::resolve(self.tree, &self.bases, text) else {
            return;
        };
        let path = named.path.as_str();
        let wanted = if named.is_dir {
            let mut files = self.tree.below(path);
            let mut sources = self.tree.below(path);
            data::holds_data(self.tree, path, rules)
                && (is_read || !files.all(|(_, context)| (rules.is_embedded)(context)))
                && !sources.any(|(_, context)| context.rsplit('.').next() == Some("rs"))
        } else {
            let context = self.tree.context(path).unwrap_or_default();
            !is_source(context) && (is_read || !(rules.is_embedded)(context))
        };
        if wanted {
            let because = Because::fact("the program names it", evidence);
            self.add(path, named.is_dir, because, found);
        }
    }

    /// Adds what lies in the application's directories; the core carries the rest.
    fn add(
        &self,
        path: &str,
        is_dir: bool,
        because: Because,
        found: &mut BTreeMap<String, Payload>,
    ) {
        if !self
            .roots
            .iter()
            .any(|root| is_within(path, root) && path != root)
        {
            return;
        }
        // Nobody can tell whether the program writes to its data.
        let payload = Payload {
            path: path.to_owned(),
            is_dir,
            writable: true,
            because,
        };
        found.entry(path.to_owned()).or_insert(payload);
    }
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
    use crate::toolchain::rust::{manifest, sources};

    fn copied(source: &str, tail: &str, more: &[&str]) -> Vec<String> {
        let text = format!("FROM rust:1\nWORKDIR /app\nCOPY . .\nRUN cargo build\n{tail}\n");
        let mut files = vec![
            ("Cargo.toml", "[package]\nname='a'\nedition='2021'"),
            ("src/main.rs", source),
        ];
        files.extend(more.iter().map(|file| (*file, "")));
        sample(&text, &files, |build| {
            let package = manifest::read(build.context, "").unwrap();
            let sources = sources::read(build, &package, false).unwrap();
            let scope = Scope {
                build,
                tree: &Tree::of(build),
                sources: &sources,
                entry: &entry::read(build),
                roots: &["/app".to_owned()],
                bases: vec!["/app"],
            };
            let (payload, _) = read(&scope);
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
