//! The lines of a Makefile. In: its text. Out: variables and rules, nothing expanded but what the
//! file itself expands at once.

use super::expansion::Expansion;
use super::{Makefile, Rule, Variable};

/// Most lines that are read.
const MAX_LINES: usize = 20_000;

pub(super) fn read(text: &str) -> Makefile {
    let mut reader = Reader::default();
    let mut lines = text.lines().take(MAX_LINES);
    while let Some(line) = lines.next() {
        let is_recipe = line.starts_with('\t') && reader.open;
        let mut whole = line.to_owned();
        while whole.ends_with('\\') {
            let Some(next) = lines.next() else { break };
            if is_recipe {
                // The shell joins these lines itself; one tab belongs to make.
                whole.push('\n');
                whole.push_str(next.strip_prefix('\t').unwrap_or(next));
            } else {
                whole.pop();
                whole.truncate(whole.trim_end().len());
                whole.push(' ');
                whole.push_str(next.trim_start());
            }
        }
        if is_recipe {
            reader.recipe(whole.trim_start());
        } else {
            reader.line(&whole);
        }
    }
    reader.file
}

#[derive(Default)]
struct Reader {
    file: Makefile,
    /// Whether a recipe may follow.
    open: bool,
    /// How many conditionals are open.
    depth: usize,
    /// Whether a `define` is open.
    defines: bool,
}

impl Reader {
    fn recipe(&mut self, line: &str) {
        let in_conditional = self.depth > 0;
        if let Some(rule) = self.file.rules.last_mut() {
            rule.lines.push(line.to_owned());
            rule.uncertain |= in_conditional;
        }
    }

    fn line(&mut self, line: &str) {
        let line = without_comment(line).trim();
        let word = line.split_whitespace().next().unwrap_or_default();
        if self.defines {
            self.defines = word != "endef";
            return;
        }
        match word {
            "ifeq" | "ifneq" | "ifdef" | "ifndef" => self.depth += 1,
            "endif" => self.depth = self.depth.saturating_sub(1),
            "" | "else" => {}
            "define" => {
                let name = line.split_whitespace().nth(1).unwrap_or_default();
                self.set(name, Variable::Unknown);
                self.defines = true;
            }
            "include" | "-include" | "sinclude" => self.file.includes = true,
            "export" | "override" | "unexport" => {
                let rest = line.get(word.len()..).unwrap_or_default().trim();
                let name = match assignment(rest) {
                    Some((name, ..)) => name.to_owned(),
                    None => rest.to_owned(),
                };
                if word == "export" {
                    let names = name.split_whitespace().map(str::to_owned);
                    self.file.exported.extend(names);
                    // All of them.
                    self.file.uncertain |= name.is_empty();
                }
                self.assign(rest);
            }
            _ if self.assign(line) => {}
            _ => self.rule(line),
        }
    }

    fn set(&mut self, name: &str, value: Variable) {
        let value = if self.depth > 0 {
            Variable::Unknown
        } else {
            value
        };
        self.file.variables.insert(name.to_owned(), value);
    }

    /// `NAME = value` and its like; `false` for anything else.
    fn assign(&mut self, line: &str) -> bool {
        let Some((name, operator, value)) = assignment(line) else {
            return false;
        };
        self.open = false;
        let known = self.file.variables.get(name).cloned();
        let now = |text: &str| Expansion::of_file(&self.file).text(text);
        let value = match operator {
            ":" | "::" => Variable::Now(now(value)),
            "?" if known.is_some() => return true,
            "?" => Variable::Default(value.to_owned()),
            "!" => Variable::Now(format!("$({})", now(value))),
            "+" => match known {
                Some(Variable::Now(text)) => Variable::Now(format!("{text} {}", now(value))),
                Some(Variable::Later(text)) => Variable::Later(format!("{text} {value}")),
                Some(Variable::Default(_) | Variable::Unknown) => Variable::Unknown,
                None => Variable::Later(value.to_owned()),
            },
            _ => Variable::Later(value.to_owned()),
        };
        let name = name.to_owned();
        self.set(&name, value);
        true
    }

    fn rule(&mut self, line: &str) {
        self.open = true;
        let Some((targets, rest)) = line.split_once(':') else {
            // A function that may define anything.
            self.file.uncertain = true;
            return;
        };
        let rest = rest.trim_start_matches(':');
        let (needs, own) = match rest.split_once(';') {
            Some((needs, own)) => (needs, vec![own.trim().to_owned()]),
            None => (rest, Vec::new()),
        };
        let expansion = Expansion::of_file(&self.file);
        let words = |text: &str| -> Vec<String> {
            let text = expansion.text(text);
            let words = text.split_whitespace().filter(|word| *word != "|");
            words.map(str::to_owned).collect()
        };
        let has_variable = assignment(needs.trim()).is_some();
        let rule = Rule {
            targets: words(targets),
            prerequisites: if has_variable {
                Vec::new()
            } else {
                words(needs)
            },
            lines: own,
            uncertain: self.depth > 0 || has_variable,
        };
        match rule.targets.first().map(String::as_str) {
            Some(".PHONY") => self.file.phony.extend(rule.prerequisites),
            Some(".ONESHELL") => self.file.uncertain = true,
            Some(name) if name.starts_with('.') && !name.contains('/') => {}
            _ => self.file.rules.push(rule),
        }
    }
}

/// Name, the sign before `=`, and value of an assignment.
fn assignment(line: &str) -> Option<(&str, &str, &str)> {
    let (left, value) = line.split_once('=')?;
    let name = left.trim_end_matches([':', '?', '+', '!']);
    let operator = left.get(name.len()..)?;
    let name = name.trim();
    let is_name = !name.is_empty() && !name.contains([' ', '\t', ':', '#', '=', '$', '(']);
    is_name.then_some((name, operator, value.trim()))
}

fn without_comment(line: &str) -> &str {
    let mut before = ' ';
    for (at, sign) in line.char_indices() {
        if sign == '#' && before != '\\' {
            return line.get(..at).unwrap_or(line);
        }
        before = sign;
    }
    line
}
