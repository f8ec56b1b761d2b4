//! ENV of the final stage: the original's, without what acts at build time alone.

use super::Deriver;
use crate::dockerfile::contract::State;
use crate::dockerfile::instruction::{InstructionKind, Pair};
use crate::dockerfile::word;
use crate::outcome::{Code, Decline};
use crate::plan::build::Step;
use crate::plan::builder;

impl Deriver<'_, '_> {
    /// ENV lines in the original's order. A value that refers to a variable that stays behind is
    /// written out.
    pub(super) fn env(&mut self) -> Result<Vec<String>, Decline> {
        let mut lines = Vec::new();
        for (index, step) in self.build.steps.iter().enumerate() {
            let InstructionKind::Env(pairs) = &step.instruction.kind else {
                continue;
            };
            let kept: Vec<&Pair> = pairs
                .iter()
                .filter(|pair| !self.build.toolchain.is_build_variable(&pair.name))
                .collect();
            let rewritten: Vec<Option<String>> = kept
                .iter()
                .map(|pair| self.written_out(pair, step))
                .collect::<Result<_, _>>()?;
            if kept.is_empty() {
                continue;
            }
            if kept.len() == pairs.len() && rewritten.iter().all(Option::is_none) {
                lines.push(self.verbatim(index, step));
                continue;
            }
            let text: Vec<String> = kept
                .iter()
                .zip(rewritten)
                .map(|(pair, value)| value.unwrap_or_else(|| self.assignment(pair)))
                .collect();
            let keyword = builder::keyword(self.build.dockerfile, "ENV");
            let moves = builder::moves(self.build, index);
            let comments = if moves {
                self.comments(index)
            } else {
                String::new()
            };
            lines.push(format!("{comments}{keyword} {}", text.join(" ")));
        }
        for (name, value, because) in &self.analysis.env {
            let keyword = builder::keyword(self.build.dockerfile, "ENV");
            let line = format!("{keyword} {name}={}", quoted(value));
            self.because.push((line.clone(), because.clone()));
            lines.push(line);
        }
        Ok(lines)
    }

    /// `name=value` as in the original; the legacy form (`ENV name value`) in the modern one.
    fn assignment(&self, pair: &Pair) -> String {
        let text = pair.span.of(&self.build.dockerfile.text);
        let modern = text
            .strip_prefix(pair.name.as_str())
            .is_some_and(|rest| rest.starts_with('='));
        if modern {
            format!("{}={}", pair.name, pair.value)
        } else {
            let plain = word::unquote(&pair.value, self.build.dockerfile.lines.escape);
            format!("{}={}", pair.name, quoted(&plain))
        }
    }

    /// A pair whose value hangs on variables that the final stage does not have, written out.
    fn written_out(&self, pair: &Pair, step: &Step<'_>) -> Result<Option<String>, Decline> {
        let escape = self.build.dockerfile.lines.escape;
        let lost = |name: &String| {
            let is_path = name == "PATH";
            self.build.toolchain.is_build_variable(name)
                || (!is_path && self.is_from_base_alone(name, &step.state))
        };
        if !word::variables(&pair.value, escape).iter().any(lost) {
            return Ok(None);
        }
        if let Some(value) = step.state.expand(&pair.value, escape) {
            return Ok(Some(format!("{}={}", pair.name, quoted(&value))));
        }
        let message = format!(
            "the value of `{}` hangs on a variable that stays behind",
            pair.name
        );
        let line = step.instruction.first_line;
        Err(Decline::new(Code::UnresolvedVariable, message).at(line))
    }

    /// Whether a variable has its value from the builder's base image, and the final one lacks it.
    fn is_from_base_alone(&self, name: &str, state: &State) -> bool {
        let base = self.build.base.image.config.var(name);
        let value = state.lookup(name);
        base.is_some()
            && value.as_deref() == base
            && self.chosen.image.config.var(name).map(str::to_owned) != value
    }
}

/// `value` in double quotes where a word would not hold it.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:,@%+=".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        return value.to_owned();
    }
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}
