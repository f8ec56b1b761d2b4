//! Makefiles: text in, the image builds in their recipes out. Variables of make have the values
//! that one unconditional assignment gives them; all others are not known.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Source, Usage, script};

/// What stands in a recipe for a variable that is not known: a name that no script gives a value.
const UNKNOWN: &str = "${RESTAGE_UNKNOWN}";

/// How deep variables of variables are followed.
const MAX_DEPTH: usize = 8;

/// The longest text that variables may make of a line, in bytes.
const MAX_LINE: usize = 1 << 16;

/// The builds in the recipes of a Makefile. One that others include runs where they lie, so the
/// root of the tree is a place to run in, too.
pub(super) fn read(source: Source<'_>) -> Vec<Usage> {
    if !script::may_build(source.text) {
        return Vec::new();
    }
    let lines = logical_lines(source.text);
    let variables = variables(&lines);
    let bases: Vec<&str> = if Path::new(source.path)
        .extension()
        .is_some_and(|extension| extension == "mk")
    {
        BTreeSet::from([source.folder(), ""]).into_iter().collect()
    } else {
        vec![source.folder()]
    };
    let recipes = lines.iter().filter_map(|(first, line)| {
        let recipe = line.strip_prefix('\t')?;
        Some((*first, recipe.trim_start_matches(['@', '-', '+', ' '])))
    });
    recipes
        .filter(|(_, recipe)| {
            recipe.contains("build") || recipe.contains("bud") || recipe.contains('$')
        })
        .flat_map(|(first, recipe)| {
            let text = expand(recipe, &variables, 0).unwrap_or_default();
            script::builds(source, &text, first, &bases)
        })
        .collect()
}

/// Lines with those that continue them, each with the number of its first.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut continues = false;
    for (index, line) in text.lines().enumerate() {
        match lines.last_mut() {
            Some((_, whole)) if continues => {
                whole.push('\n');
                whole.push_str(line);
            }
            _ => lines.push((index + 1, line.to_owned())),
        }
        continues = line.ends_with('\\');
    }
    lines
}

/// The variables that are assigned once. A `?=` gives way to the environment; it counts, as
/// whoever calls make without setting anything gets it.
fn variables(lines: &[(usize, String)]) -> BTreeMap<&str, &str> {
    let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, line) in lines.iter().filter(|(_, line)| !line.starts_with('\t')) {
        let line = line
            .trim_start()
            .strip_prefix("export ")
            .unwrap_or(line.trim_start());
        let Some((name, value)) = line.split_once('=') else {
            continue;
        };
        let is_more = name.ends_with('+');
        let name = name.trim_end_matches([':', '?', '!', '+']).trim();
        if !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
        {
            let value = value.split(" #").next().unwrap_or(value).trim();
            let known = values.entry(name).or_default();
            known.push(value);
            // What is added to a value makes it one that is not followed.
            known.extend(is_more.then_some(value));
        }
    }
    values
        .into_iter()
        .filter_map(|(name, values)| match values.as_slice() {
            [value] => Some((name, *value)),
            _ => None,
        })
        .collect()
}

/// The text that the shell gets: `$(NAME)` and `${NAME}` in place, `$$` as `$`. `None` when it
/// grows beyond bounds.
fn expand(text: &str, variables: &BTreeMap<&str, &str>, depth: usize) -> Option<String> {
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        result.push_str(rest.get(..at)?);
        rest = rest.get(at + 1..)?;
        let (name, after) = match rest.chars().next() {
            Some('$') => {
                result.push('$');
                rest = rest.get(1..)?;
                continue;
            }
            Some(open @ ('(' | '{')) => {
                let close = if open == '(' { ')' } else { '}' };
                let inside = rest.get(1..)?;
                // A call of a function holds brackets and blanks; it is not followed.
                let end = matching(inside, open, close)?;
                (inside.get(..end)?, inside.get(end + 1..)?)
            }
            Some(c) => rest.split_at_checked(c.len_utf8())?,
            None => break,
        };
        rest = after;
        match (name, variables.get(name)) {
            ("CURDIR" | "PWD", _) => result.push('.'),
            (_, Some(value)) if depth < MAX_DEPTH => {
                result.push_str(&expand(value, variables, depth + 1)?);
            }
            _ => result.push_str(UNKNOWN),
        }
        if result.len() > MAX_LINE {
            return None;
        }
    }
    result.push_str(rest);
    (result.len() <= MAX_LINE).then_some(result)
}

/// Where the bracket closes that stands open before `text`.
fn matching(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            if depth == 0 {
                return Some(at);
            }
            depth -= 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::context::BuildContext;
    use crate::project::usage::told;

    fn said(path: &str, text: &str) -> Vec<String> {
        let tree = BuildContext::from_texts([
            ("Dockerfile", ""),
            ("api/Dockerfile", ""),
            ("sub/Dockerfile", ""),
        ]);
        told(&read(Source {
            path,
            text,
            tree: &tree,
        }))
    }

    #[test]
    fn recipes_build_with_the_variables_of_make() {
        let text = "\
NAME ?= app
DIR := api
TAG = $(shell git describe)
TWICE = a
TWICE = b

image: ## docker build
\t@docker build -t $(NAME):$(TAG) \\
\t  -f $(DIR)/Dockerfile $(CURDIR)

sub: ; 
\tcd ${DIR} && docker build .
\tdocker build $(TWICE)
\tfor d in *; do docker build $$d; done
";
        assert_eq!(
            said("Makefile", text),
            [
                "api/Dockerfile in `` (Makefile:8)",
                "api/Dockerfile in `api` (Makefile:12)"
            ]
        );
        assert_eq!(
            said("sub/Makefile", "x:\n\tdocker build .\n"),
            ["sub/Dockerfile in `sub` (sub/Makefile:2)"]
        );
    }

    #[test]
    fn variables_cannot_grow_without_bounds() {
        let mut text = "A0 = docker build xxxxxxxxxxxxxxxxxxxxxxxx\n".to_owned();
        for level in 1..30 {
            let before = format!("$(A{})", level - 1);
            text = format!("{text}A{level} = {}\n", before.repeat(10));
        }
        text.push_str("x:\n\t$(A29)\n\t$(A7)\n");
        assert_eq!(said("Makefile", &text), Vec::<String>::new());
    }
}
