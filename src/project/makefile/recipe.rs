//! What make runs for its targets. In: a Makefile and what is asked for. Out: the lines of the
//! recipes, those of prerequisites first.

use super::expansion::{Expansion, UNKNOWN};
use super::{Makefile, Recipes, Request, Rule};

/// Most recipes that are followed.
const MAX_RULES: usize = 200;

pub(super) fn of(file: &Makefile, request: &Request<'_>) -> Option<Recipes> {
    if file.uncertain {
        return None;
    }
    let mut run = Run {
        file,
        request,
        done: Vec::new(),
        lines: Vec::new(),
    };
    let first = || {
        let mut targets = file.rules.iter().flat_map(|rule| &rule.targets);
        targets.find(|target| !target.contains('%')).cloned()
    };
    let targets = if request.targets.is_empty() {
        vec![run.expand(&first()?)]
    } else {
        request.targets.clone()
    };
    for target in &targets {
        run.target(target)?;
    }
    let given = request.variables.iter().map(|(name, _)| name);
    let exported = file.exported.iter().chain(given).map(|name| {
        let value = run.expand(&format!("$({name})"));
        let value = Some(value).filter(|value| !value.contains(['$', '`']));
        (name.clone(), value)
    });
    let exported = exported.collect();
    Some(Recipes {
        lines: run.lines,
        exported,
    })
}

struct Run<'r> {
    file: &'r Makefile,
    request: &'r Request<'r>,
    done: Vec<String>,
    lines: Vec<String>,
}

impl Run<'_> {
    fn expand(&self, text: &str) -> String {
        Expansion::of_rule(self.file, self.request, "", &[]).text(text)
    }

    fn words(&self, words: &[String]) -> Vec<String> {
        let words = words.iter().map(|word| self.expand(word));
        words
            .flat_map(|word| {
                word.split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// Runs what a target needs, and its own recipe.
    fn target(&mut self, target: &str) -> Option<()> {
        if self.done.iter().any(|known| known == target) {
            return Some(());
        }
        self.done.push(target.to_owned());
        if self.done.len() > MAX_RULES || target.contains(UNKNOWN) {
            return None;
        }
        let rules: Vec<&Rule> = self
            .file
            .rules
            .iter()
            .filter(|rule| self.words(&rule.targets).iter().any(|name| name == target))
            .collect();
        let exists = (self.request.exists)(target);
        if rules.is_empty() {
            return exists.then_some(());
        }
        let is_phony = self
            .words(&self.file.phony)
            .iter()
            .any(|name| name == target);
        // One that is there already may be newer than all that it is made of.
        if rules.iter().any(|rule| rule.uncertain) || (exists && !is_phony) {
            return None;
        }
        let needs = rules
            .iter()
            .flat_map(|rule| self.words(&rule.prerequisites));
        let needs: Vec<String> = needs.collect();
        for need in &needs {
            self.target(need)?;
        }
        let recipe = rules.iter().rfind(|rule| !rule.lines.is_empty());
        let expansion = Expansion::of_rule(self.file, self.request, target, &needs);
        let lines = recipe.into_iter().flat_map(|rule| &rule.lines);
        for line in lines {
            let line = expansion.text(line.trim_start_matches(['@', '-', '+', ' ', '\t']));
            let line = line.trim_start_matches(['@', '-', '+', ' ', '\t']);
            if !line.is_empty() && !line.starts_with('#') {
                self.lines.push(line.to_owned());
            }
        }
        Some(())
    }
}
