//! Files that a program reads. In: what it is made of and where it lies. Out: what has to be copied
//! beside it: what its sources, its arguments and its environment name, and data that nobody
//! embeds; or the whole directory of the application.

use std::collections::BTreeMap;

use super::closure::Closure;
use super::commands;
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
use crate::toolchain::compiled::tree::has_extension;
use crate::toolchain::compiled::tree::{Tree, file_name, outermost};

/// Where the files of a program are looked for.
pub(crate) struct Scope<'s, 'a> {
    /// The build.
    pub(crate) build: &'s Build<'a>,
    /// Its files.
    pub(crate) tree: &'s Tree,
    /// What the program is made of.
    pub(crate) closure: &'s Closure,
    /// What starts.
    pub(crate) entry: &'s Entry,
    /// The directories of the application, in the image.
    pub(crate) roots: &'s [String],
    /// Directories that relative paths may start from, the likeliest first.
    pub(crate) bases: Vec<&'s str>,
}

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

/// What is copied beside the program.
pub(crate) fn read(scope: &Scope<'_, '_>) -> Vec<Payload> {
    if let Some((root, because)) = scope.whole() {
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
    let mut found: BTreeMap<String, Payload> = BTreeMap::new();
    let embedded = scope.embedded();
    let is_embedded = |context: &str| embedded.iter().any(|root| below(context, root));
    let rules = Rules {
        is_source: &is_source,
        is_embedded: &is_embedded,
    };
    scope.literals(&rules, &mut found);
    scope.configured(&rules, &mut found);
    for root in scope.roots {
        for (path, is_dir) in data::beside(scope.tree, root, &rules) {
            let rule = "data beside the program that nothing embeds";
            scope.add(&path, is_dir, Because::rule(rule), &mut found);
        }
    }
    for script in &scope.entry.scripts {
        let because = Because::line("a script that starts the program", scope.entry.line);
        scope.add(script, false, because, &mut found);
    }
    let outer = outermost(found.keys().cloned().collect());
    found
        .into_values()
        .filter(|payload| outer.contains(&payload.path))
        .collect()
}

/// Whether a file is compiled, or belongs to the go command.
fn is_source(context: &str) -> bool {
    let name = file_name(context);
    has_extension(name, "go") || matches!(name, "go.mod" | "go.sum" | "go.work" | "go.work.sum")
}

fn below(path: &str, root: &str) -> bool {
    root.is_empty()
        || path
            .strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Scope<'_, '_> {
    /// The directory that is needed as a whole, and why.
    fn whole(&self) -> Option<(String, Because)> {
        if let (Some(because), Some(root)) = (&self.closure.gap, self.roots.first()) {
            return Some((root.clone(), because.clone()));
        }
        for root in self.roots {
            if let Some(because) = generated::whole(self.build, root, &commands::compiles) {
                return Some((root.clone(), because));
            }
        }
        // `http.Dir(".")` and the like.
        let here = self.bases.first()?;
        let root = self.roots.iter().find(|root| is_within(here, root))?;
        let files = self.closure.files.iter();
        let mut reads = files.flat_map(|file| file.facts.calls.iter().map(move |c| (file, c)));
        let (file, call) = reads.find(|(_, call)| {
            let mut texts = call.args.iter().filter_map(|arg| arg.text());
            reads_disk(call) && texts.any(named::is_here)
        })?;
        let rule = format!("`{}` reads the working directory", call.callee);
        let evidence = Evidence::line(&file.context, call.line);
        let path = if is_within(here, root) {
            (*here).to_owned()
        } else {
            root.clone()
        };
        Some((path, Because::fact(rule, &evidence)))
    }

    /// Context paths of what is embedded.
    fn embedded(&self) -> Vec<String> {
        let mut roots = Vec::new();
        for file in &self.closure.files {
            let directory = file
                .context
                .rsplit_once('/')
                .map_or("", |(directory, _)| directory);
            for embed in &file.facts.embeds {
                let pattern = embed.pattern.strip_prefix("all:").unwrap_or(&embed.pattern);
                roots.extend(
                    self.build
                        .context
                        .matches(&format!("{directory}/{pattern}")),
                );
            }
        }
        roots
    }

    /// What strings of the sources name.
    fn literals(&self, rules: &Rules<'_>, found: &mut BTreeMap<String, Payload>) {
        for file in &self.closure.files {
            let mut bases = self.bases.clone();
            bases.push(&file.directory);
            let mut read: Vec<&str> = Vec::new();
            let mut pieces: Vec<(u32, &str)> = Vec::new();
            for call in &file.facts.calls {
                let evidence = Evidence::line(&file.context, call.line);
                let joins = matches!(call.callee.as_str(), "filepath.Join" | "path.Join");
                if let Some(joined) = joined_literals(call).filter(|_| joins) {
                    let texts = call.args.iter().filter_map(|arg| arg.text());
                    pieces.extend(texts.map(|text| (call.line, text)));
                    self.name(&bases, &joined.path, false, &evidence, rules, found);
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
                    self.name(&bases, text, read.contains(&text), &evidence, rules, found);
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
        let words = self
            .entry
            .commands
            .iter()
            .flat_map(|start| start.arguments().iter().flatten());
        let words = words.map(String::as_str);
        for text in values.chain(words) {
            // `-config=conf/app.yaml`.
            let text = text.rsplit('=').next().unwrap_or(text);
            if let Some(named) = named::resolve(self.tree, &self.bases, text) {
                let wanted = !named.is_dir || data::holds_data(self.tree, &named.path, rules);
                if wanted {
                    let rule = format!("`{text}` in ENV or CMD names it");
                    self.add(&named.path, named.is_dir, Because::rule(rule), found);
                }
            }
        }
    }

    fn name(
        &self,
        bases: &[&str],
        text: &str,
        is_read: bool,
        evidence: &Evidence,
        rules: &Rules<'_>,
        found: &mut BTreeMap<String, Payload>,
    ) {
        let Some(named) = named::resolve(self.tree, bases, text) else {
            return;
        };
        let path = named.path.as_str();
        let wanted = if named.is_dir {
            let all_embedded = || {
                let mut files = self.tree.below(path);
                files.all(|(_, context)| (rules.is_embedded)(context) || is_source(context))
            };
            data::holds_data(self.tree, path, rules) && (is_read || !all_embedded())
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
        let payload = || Payload {
            path: path.to_owned(),
            is_dir,
            // Nobody can tell whether the program writes to its data.
            writable: true,
            because,
        };
        found.entry(path.to_owned()).or_insert_with(payload);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::entry;
    use crate::toolchain::compiled::sample::sample;
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
                closure: &closure,
                entry: &entry,
                roots: &roots,
                bases: vec!["/app"],
            };
            read(&scope)
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
