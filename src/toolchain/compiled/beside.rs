//! What is copied beside a program. In: where it lies and the strings that name files. Out: the
//! files and directories of the application that go along, each once and none within another.

use std::collections::BTreeMap;

use super::data::{self, Rules};
use super::named;
use super::scope::Scope;
use super::tree::outermost;
use crate::plan::analysis::Payload;
use crate::plan::because::Because;
use crate::plan::layout::is_within;
use crate::project::evidence::Evidence;
use crate::toolchain::top;

/// What goes along, as it is found.
pub(crate) struct Beside<'s, 'a> {
    /// Where it is looked for.
    pub(crate) scope: &'s Scope<'s, 'a>,
    /// What the toolchain knows about files.
    pub(crate) rules: &'s Rules<'s>,
    found: BTreeMap<String, Payload>,
}

impl<'s, 'a> Beside<'s, 'a> {
    /// Nothing yet.
    pub(crate) fn new(scope: &'s Scope<'s, 'a>, rules: &'s Rules<'s>) -> Self {
        Self {
            scope,
            rules,
            found: BTreeMap::new(),
        }
    }

    /// Takes along what `text`, a string of the sources, names, if the program has no other way to
    /// it. `is_read` tells that it reads the disk there, whatever it holds itself; `wants` is asked
    /// about a directory that holds data.
    pub(crate) fn name(
        &mut self,
        bases: &[&str],
        text: &str,
        is_read: bool,
        evidence: &Evidence,
        wants: impl Fn(&str) -> bool,
    ) {
        let tree = self.scope.tree;
        let Some(named) = named::resolve(tree, bases, text) else {
            return;
        };
        let path = named.path.as_str();
        let wanted = if named.is_dir {
            data::holds_data(tree, path, self.rules) && wants(path)
        } else {
            let context = tree.context(path).unwrap_or_default();
            !(self.rules.is_source)(context) && (is_read || !(self.rules.is_embedded)(context))
        };
        if wanted {
            let because = Because::fact("the program names it", evidence);
            self.add(path, named.is_dir, because);
        }
    }

    /// Takes along what the environment and the arguments of the programs that start name.
    pub(crate) fn configured(&mut self, is_build_variable: impl Fn(&str) -> bool) {
        let Scope { build, entry, .. } = self.scope;
        let own = build.end.contract.env.iter().filter(|(name, _)| {
            build.base.image.config.var(name).is_none() && !is_build_variable(name)
        });
        let values = own.filter_map(|(_, value)| value.as_deref());
        let starts = entry.commands.iter();
        let words = starts.flat_map(|start| start.arguments().iter().flatten());
        for text in values.chain(words.map(String::as_str)) {
            // `--config=conf/app.yaml`.
            let text = text.rsplit('=').next().unwrap_or(text);
            let tree = self.scope.tree;
            if let Some(named) = named::resolve(tree, &self.scope.bases, text)
                && (!named.is_dir || data::holds_data(tree, &named.path, self.rules))
            {
                let rule = format!("`{text}` in ENV or CMD names it");
                self.add(&named.path, named.is_dir, Because::rule(rule));
            }
        }
    }

    /// Everything that goes along: what was found, data that nothing names (`unnamed` says why),
    /// and the scripts that start the program.
    pub(crate) fn finish(mut self, unnamed: &str) -> Vec<Payload> {
        let scope = self.scope;
        for root in scope.roots {
            for (path, is_dir) in data::beside(scope.tree, root, self.rules) {
                self.add(&path, is_dir, Because::rule(unnamed));
            }
        }
        for script in &scope.entry.scripts {
            let because = Because::line("a script that starts the program", scope.entry.line);
            self.add(script, false, because);
        }
        let outer = outermost(self.found.keys().cloned().collect());
        let found = self.found.into_values();
        found
            .filter(|payload| outer.contains(&payload.path))
            .collect()
    }

    /// Adds what lies in the application's directories; the core carries the rest.
    fn add(&mut self, path: &str, is_dir: bool, because: Because) {
        let mut roots = self.scope.roots.iter();
        let is_in = |root: &String| is_within(path, root) && path != root;
        // Of what lies in `/`, the system's directories are not the application's.
        let is_own = |root: &String| root != "/" || !top::is_of_system(path);
        if !roots.any(|root| is_in(root) && is_own(root)) {
            return;
        }
        // Nobody can tell whether the program writes to its data.
        let payload = Payload {
            path: path.to_owned(),
            is_dir,
            writable: true,
            because,
        };
        self.found.entry(path.to_owned()).or_insert(payload);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::entry;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::compiled::tree::Tree;

    /// What goes along for an ENV or CMD and the strings (and whether they are read) of a program
    /// that holds `web` itself.
    fn copied(line: &str, strings: &[(&str, bool)]) -> Vec<(String, String)> {
        let text = format!("FROM golang:1.25\nWORKDIR /app\nCOPY . .\nCOPY conf /etc/x\n{line}\n");
        let files = [
            "main.src",
            "web/a.html",
            "odd/list.txt",
            "docs/a.json",
            "conf/a.ini",
            "run.sh",
        ];
        sample(
            &text,
            &files.map(|file| (file, "#!/bin/sh\nexec ./x\n")),
            |build| {
                let (tree, entry) = (Tree::of(build), entry::read(build));
                let scope = Scope {
                    build,
                    tree: &tree,
                    entry: &entry,
                    roots: &["/app".to_owned()],
                    bases: vec!["/app"],
                };
                let rules = Rules {
                    is_source: &|path| path == "main.src",
                    is_embedded: &|path| path.starts_with("web/"),
                };
                let mut beside = Beside::new(&scope, &rules);
                for (text, is_read) in strings {
                    let at = Evidence::line("main.src", 1);
                    beside.name(&["/app"], text, *is_read, &at, |_| *is_read);
                }
                beside.configured(|name| name == "BUILD_DIR");
                let payload = beside.finish("nothing names it").into_iter();
                payload.map(|it| (it.path, it.because.rule)).collect()
            },
        )
    }

    #[test]
    fn each_file_goes_along_once_for_its_first_reason() {
        let unnamed = [
            ("/app/conf", "nothing names it"),
            ("/app/odd", "nothing names it"),
        ];
        let named = "the program names it";
        for (line, strings, more) in [
            ("", &[][..], &[][..]),
            ("", &[("main.src", true), ("/etc/x/a.ini", true)], &[]),
            ("", &[("web/a.html", false), ("web", false)], &[]),
            ("", &[("web/a.html", true)], &[("/app/web/a.html", named)]),
            (
                "",
                &[("web/a.html", true), ("web", true)],
                &[("/app/web", named)],
            ),
            ("ENV BUILD_DIR=docs", &[], &[]),
            (
                "ENV DIR=docs",
                &[],
                &[("/app/docs", "`docs` in ENV or CMD names it")],
            ),
            ("ENV DIR=docs", &[("docs", true)], &[("/app/docs", named)]),
            (
                "CMD [\"./x\", \"--file=docs/a.json\"]",
                &[],
                &[("/app/docs/a.json", "`docs/a.json` in ENV or CMD names it")],
            ),
            (
                "CMD [\"./run.sh\"]",
                &[],
                &[("/app/run.sh", "a script that starts the program")],
            ),
        ] {
            let mut expected: Vec<_> = unnamed.iter().chain(more).collect();
            expected.sort();
            let found = copied(line, strings);
            let found: Vec<_> = found
                .iter()
                .map(|(p, r)| (p.as_str(), r.as_str()))
                .collect();
            assert!(found.iter().eq(expected), "{line} {strings:?}: {found:?}");
        }
    }
}
