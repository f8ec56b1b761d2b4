//! Makefiles. In: the text of one, the targets that are asked for and what make is told. Out: the
//! shell lines that make would run, or nothing where that is not certain.
//!
//! What is read is what everyday files use: variables, rules with prerequisites, recipes. Where a
//! pattern rule, a conditional or a function decides, the answer is that it is not known.

mod expansion;
mod recipe;
mod text;

use std::collections::BTreeMap;

/// Most bytes of a Makefile that are read.
const MAX_TEXT: usize = 1 << 18;

/// A Makefile.
#[derive(Debug, Clone, Default)]
pub struct Makefile {
    variables: BTreeMap<String, Variable>,
    /// Variables that recipes get in their environment.
    exported: Vec<String>,
    rules: Vec<Rule>,
    phony: Vec<String>,
    /// Whether another file is read that may set variables and add rules.
    includes: bool,
    /// Whether something in it changes how all recipes run.
    uncertain: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Variable {
    /// Expanded where it is used.
    Later(String),
    /// Expanded already.
    Now(String),
    /// `?=`: what the environment says comes first.
    Default(String),
    /// Not known.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Rule {
    targets: Vec<String>,
    prerequisites: Vec<String>,
    lines: Vec<String>,
    /// Whether a conditional or a variable of its own decides about it.
    uncertain: bool,
}

/// What make is asked for.
pub struct Request<'r> {
    /// The targets; none for the first one of the file.
    pub targets: Vec<String>,
    /// Variables from the command line, which come before those of the file.
    pub variables: Vec<(String, String)>,
    /// The value of a variable of the environment, if it is set.
    pub environment: &'r dyn Fn(&str) -> Option<String>,
    /// Whether a file or directory is there before make runs, by its path as the Makefile has it.
    pub exists: &'r dyn Fn(&str) -> bool,
    /// The directory in which make runs.
    pub directory: String,
}

/// What make would run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recipes {
    /// Shell lines, each run on its own.
    pub lines: Vec<String>,
    /// What their environment gets beside make's own; `None` for a value that is not known.
    pub exported: Vec<(String, Option<String>)>,
}

impl Makefile {
    /// Reads a Makefile. Total: what is not understood makes what hangs on it unknown.
    pub fn parse(text: &str) -> Self {
        if text.len() > MAX_TEXT {
            return Self {
                uncertain: true,
                ..Self::default()
            };
        }
        text::read(text)
    }

    /// What `make` would run; `None` where it is not certain.
    pub fn recipes(&self, request: &Request<'_>) -> Option<Recipes> {
        recipe::of(self, request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# how to build\n\
VERSION ?= 1.0\n\
BIN := bin\n\
FLAGS = -v \\\n  -tags $(TAGS)\n\
FLAGS += -ldflags \"-X main.v=$(VERSION)\"\n\
NOW = $(shell date +%s)\n\
export CGO_ENABLED = 0\n\
.PHONY: all build clean\n\
all: clean build ; @echo $$HOME\n\
build: go.mod $(BIN)/app\n\
$(BIN)/app:\n\
\t@mkdir -p $(@D)x $(BIN)\n\
\tgo build $(FLAGS) \\\n\
\t  -o $@ ./cmd\n\
clean: ; -rm -rf ${BIN}\n\
stamp:\n\techo $(NOW)\n\
docs:\n\techo made\n\
ifdef X\ntest:\n\tgo test\nendif\n\
up: missing\n\tgo run .\n\
web/%.js: web/%.ts\n\ttsc\n";

    fn lines(targets: &[&str], variables: &[(&str, &str)]) -> Option<Vec<String>> {
        let request = Request {
            targets: targets.iter().map(|target| (*target).to_owned()).collect(),
            variables: variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            environment: &|name| (name == "TAGS").then(|| "a,b".to_owned()),
            exists: &|path| matches!(path, "go.mod" | "docs"),
            directory: "/src".to_owned(),
        };
        let recipes = Makefile::parse(TEXT).recipes(&request)?;
        assert_eq!(recipes.exported[0].1.as_deref(), Some("0"));
        Some(recipes.lines)
    }

    #[test]
    fn a_target_runs_the_recipes_of_what_it_needs_first() {
        assert_eq!(
            lines(&["build"], &[("VERSION", "2")]).unwrap()[1],
            "go build -v -tags a,b -ldflags \"-X main.v=2\" \\\n  -o bin/app ./cmd"
        );
        let all = lines(&[], &[]).unwrap();
        assert_eq!(all[0], "rm -rf bin");
        assert_eq!(all[1], "mkdir -p ${make_does_not_tell?}x bin");
        assert_eq!(all[3], "echo $HOME");
        assert_eq!(lines(&["stamp"], &[]).unwrap(), ["echo $(date +%s)"]);
    }

    #[test]
    fn what_is_not_certain_is_not_told() {
        for target in ["test", "up", "web/a.js", "nothing", "docs"] {
            assert_eq!(lines(&[target], &[]), None, "{target}");
        }
        for text in [
            "a:\n\tx\n.ONESHELL:\n",
            "a: V = 1\na:\n\tx\n",
            "include other.mk\nb:\n\tx\n",
            "a: b\n\tx\nb: a\n\ty\ninclude b\nc: $(X)\n",
        ] {
            let request = Request {
                targets: vec!["c".to_owned()],
                variables: Vec::new(),
                environment: &|_| None,
                exists: &|_| false,
                directory: "/".to_owned(),
            };
            assert_eq!(Makefile::parse(text).recipes(&request), None, "{text}");
        }
    }
}
