//! Files that a program reads. In: what it is made of and where it lies. Out: what has to be copied
//! beside it: what its sources, its arguments and its environment name, and data that nobody
//! embeds; or the whole directory of the application.

use super::closure::{Closure, SourceFile};
use super::commands;
use crate::plan::analysis::Payload;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::layout::is_within;
use crate::project::evidence::Evidence;
use crate::project::source::{Call, joined_literals};
use crate::toolchain::compiled::beside::Beside;
use crate::toolchain::compiled::data::Rules;
use crate::toolchain::compiled::scope::{Scope, reads_here};
use crate::toolchain::compiled::tree::{file_name, has_extension, outermost};

/// Calls that read the disk, and no embedded files.
const DISK_READERS: [&str; 22] = [
    "os.Open",
    "os.OpenFile",
    "os.ReadFile",
    "os.ReadDir",
    "os.Stat",
    "os.DirFS",
    "ioutil.ReadFile",
    "ioutil.ReadDir",
    "http.Dir",
    "http.ServeFile",
    "template.ParseFiles",
    "template.ParseGlob",
    "filepath.Walk",
    "filepath.WalkDir",
    "filepath.Glob",
    "godotenv.Load",
    "viper.SetConfigFile",
    "viper.AddConfigPath",
    "gin.Dir",
    "pongo2.FromFile",
    "tls.LoadX509KeyPair",
    "http.ListenAndServeTLS",
];

/// The same as methods of values, whatever their names.
const DISK_METHODS: [&str; 8] = [
    "LoadHTMLGlob",
    "LoadHTMLFiles",
    "Static",
    "StaticFile",
    "ServeFiles",
    "SendFile",
    "File",
    "ListenAndServeTLS",
];

fn reads_disk(call: &Call) -> bool {
    DISK_READERS.contains(&call.callee.as_str()) || DISK_METHODS.contains(&call.function())
}

/// What is copied beside the program that is made of `closure`.
pub(crate) fn read(scope: &Scope<'_, '_>, closure: &Closure) -> Vec<Payload> {
    if let Some((root, because)) = whole(scope, closure) {
        let mut paths = scope.roots.to_vec();
        paths.retain(|path| is_within(path, &root) || !is_within(&root, path));
        paths.push(root);
        return outermost(paths)
            .into_iter()
            .map(|path| Payload {
                path,
                is_dir: true,
                writable: true,
                because: because.clone(),
            })
            .collect();
    }
    let embedded = embedded(scope.build, closure);
    let is_embedded = |context: &str| embedded.iter().any(|root| below(context, root));
    let rules = Rules {
        is_source: &is_source,
        is_embedded: &is_embedded,
    };
    let mut beside = Beside::new(scope, &rules);
    for file in &closure.files {
        literals(file, &mut beside);
    }
    beside.configured(commands::is_build_variable);
    beside.finish("data beside the program that nothing embeds")
}

/// Whether a file is compiled, or belongs to the go command.
pub(super) fn is_source(context: &str) -> bool {
    let name = file_name(context);
    has_extension(name, "go") || matches!(name, "go.mod" | "go.sum" | "go.work" | "go.work.sum")
}

fn below(path: &str, root: &str) -> bool {
    root.is_empty()
        || path
            .strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The directory that is needed as a whole, and why.
fn whole(scope: &Scope<'_, '_>, closure: &Closure) -> Option<(String, Because)> {
    if let (Some(because), Some(root)) = (&closure.gap, scope.roots.first()) {
        return Some((root.clone(), because.clone()));
    }
    scope.generated(&commands::compiles).or_else(|| {
        // `http.Dir(".")` and the like.
        let (here, _) = scope.here()?;
        let files = closure.files.iter();
        let files = files.map(|file| (file.context.as_str(), &file.facts));
        Some((here.to_owned(), reads_here(files, reads_disk)?))
    })
}

/// Context paths of what is embedded.
fn embedded(build: &Build<'_>, closure: &Closure) -> Vec<String> {
    let mut roots = Vec::new();
    for file in &closure.files {
        let directory = file
            .context
            .rsplit_once('/')
            .map_or("", |(directory, _)| directory);
        for embed in &file.facts.embeds {
            let pattern = embed.pattern.strip_prefix("all:").unwrap_or(&embed.pattern);
            roots.extend(build.context.matches(&format!("{directory}/{pattern}")));
        }
    }
    roots
}

/// What strings of a source file name.
fn literals(file: &SourceFile, beside: &mut Beside<'_, '_>) {
    let mut bases = beside.scope.bases.clone();
    bases.push(&file.directory);
    let mut read: Vec<&str> = Vec::new();
    let mut pieces: Vec<(u32, &str)> = Vec::new();
    for call in &file.facts.calls {
        let evidence = Evidence::line(&file.context, call.line);
        let joins = matches!(call.callee.as_str(), "filepath.Join" | "path.Join");
        if let Some(joined) = joined_literals(call).filter(|_| joins) {
            let texts = call.args.iter().filter_map(|arg| arg.text());
            pieces.extend(texts.map(|text| (call.line, text)));
            name(beside, &bases, &joined.path, false, &evidence);
        }
        if reads_disk(call) {
            read.extend(call.args.iter().filter_map(|arg| arg.text()));
        }
    }
    for literal in &file.facts.strings {
        let text = literal.value.as_str();
        let is_import = file
            .facts
            .imports
            .iter()
            .any(|import| import.line == literal.line && import.module == text);
        if !is_import && !pieces.contains(&(literal.line, text)) {
            let evidence = Evidence::line(&file.context, literal.line);
            name(beside, &bases, text, read.contains(&text), &evidence);
        }
    }
}

fn name(
    beside: &mut Beside<'_, '_>,
    bases: &[&str],
    text: &str,
    is_read: bool,
    evidence: &Evidence,
) {
    let (scope, rules) = (beside.scope, beside.rules);
    beside.name(bases, text, is_read, evidence, |path| {
        let mut files = scope.tree.below(path);
        is_read || !files.all(|(_, context)| (rules.is_embedded)(context) || is_source(context))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::entry;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::compiled::tree::Tree;
    use crate::toolchain::go::closure::walk;
    use crate::toolchain::go::world::World;

    fn files(head: &str, body: &str) -> Vec<String> {
        let main = format!("package main\nimport \"embed\"\n{body}\n");
        let text = format!("FROM golang:1.25\nWORKDIR /app\nCOPY . .\n{head}\n");
        let files = [
            ("go.mod", "module m"),
            ("main.go", main.as_str()),
            ("web/index.html", ""),
            ("web/assets/a.css", ""),
            ("docs/api.json", ""),
            ("internal/lib.go", "package internal"),
            ("internal/list.txt", ""),
            ("embed/x.txt", ""),
        ];
        sample(&text, &files, |build| {
            let tree = Tree::of(build);
            let world = World::at(build, &tree, "/app", 1).unwrap();
            let closure = walk(build, &tree, &world, &["/app".to_owned()], &[]);
            let roots = ["/app".to_owned()];
            let entry = entry::read(build);
            let scope = Scope {
                build,
                tree: &tree,
                entry: &entry,
                roots: &roots,
                bases: vec!["/app"],
            };
            read(&scope, &closure)
                .into_iter()
                .map(|payload| payload.path)
                .collect()
        })
    }

    #[test]
    fn data_is_copied_unless_it_is_embedded() {
        assert_eq!(files("", ""), ["/app/embed", "/app/web"]);
        let embeds = "//go:embed web embed/*.txt\nvar f embed.FS";
        assert!(files("", embeds).is_empty());
        let parsed = format!("{embeds}\nvar t = template.ParseFS(f, \"web/*.html\")");
        assert!(files("", &parsed).is_empty());
        let both = format!("{embeds}\nvar t = os.ReadFile(\"web/index.html\")");
        assert_eq!(files("", &both), ["/app/web/index.html"]);
    }

    #[test]
    fn what_is_named_is_copied_wherever_it_lies() {
        let embeds = "//go:embed web embed/*.txt\nvar f embed.FS";
        for (head, body, path) in [
            ("", "var a = x(\"docs/api.json\")", "/app/docs/api.json"),
            (
                "",
                "var a = filepath.Join(dir, \"internal\", \"list.txt\")",
                "/app/internal/list.txt",
            ),
            ("ENV D=/app/docs", "", "/app/docs"),
            (
                "CMD [\"./app\", \"-f=docs/api.json\"]",
                "",
                "/app/docs/api.json",
            ),
        ] {
            assert_eq!(
                files(head, &format!("{embeds}\n{body}")),
                [path],
                "{head} {body}"
            );
        }
    }

    #[test]
    fn what_cannot_be_told_is_copied_whole() {
        assert_eq!(
            files("", "var h = http.FileServer(http.Dir(\".\"))"),
            ["/app"]
        );
        assert_eq!(files("RUN go generate ./...", ""), ["/app"]);
        assert_eq!(files("", "func ((("), ["/app"]);
    }
}
