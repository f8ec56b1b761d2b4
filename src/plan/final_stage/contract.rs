//! EXPOSE, VOLUME, LABEL, HEALTHCHECK, ENTRYPOINT, CMD and the like in the final stage: verbatim,
//! but for the forms that a rung without a shell needs.

use super::Deriver;
use crate::dockerfile::instruction::{Form, Healthcheck, InstructionKind};
use crate::dockerfile::{exec_form, shell};
use crate::plan::analysis::Launch;
use crate::plan::because::Because;
use crate::plan::build::Step;
use crate::plan::builder;

impl Deriver<'_, '_> {
    pub(super) fn contract(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        let replaced = self.chosen.rung.launch != Launch::AsIs;
        let no_shell = !self.chosen.image.has_shell();
        for (index, step) in self.build.steps.iter().enumerate() {
            match &step.instruction.kind {
                InstructionKind::Cmd(_) | InstructionKind::Entrypoint(_) if replaced => {}
                InstructionKind::Cmd(Form::Shell(_)) if no_shell => {
                    lines.extend(self.exec_form(index, "CMD"));
                }
                InstructionKind::Entrypoint(Form::Shell(_)) if no_shell => {
                    lines.extend(self.exec_form(index, "ENTRYPOINT"));
                }
                InstructionKind::Healthcheck(check) if no_shell => {
                    lines.push(self.healthcheck(index, step, check));
                }
                InstructionKind::Shell(_) if no_shell => {}
                InstructionKind::Cmd(_)
                | InstructionKind::Entrypoint(_)
                | InstructionKind::Expose(_)
                | InstructionKind::Volume(_)
                | InstructionKind::Healthcheck(_)
                | InstructionKind::Stopsignal(_)
                | InstructionKind::Label(_)
                | InstructionKind::Maintainer
                | InstructionKind::Shell(_) => lines.push(self.verbatim(index, step)),
                _ => {}
            }
        }
        if let Launch::Replace {
            entrypoint,
            cmd,
            because,
        } = &self.chosen.rung.launch
        {
            lines.extend(self.replaced("ENTRYPOINT", entrypoint.as_deref(), because));
            lines.extend(self.replaced("CMD", cmd.as_deref(), because));
        } else {
            lines.extend(self.inherited());
        }
        lines
    }

    /// Comments above an instruction that is written anew.
    pub(super) fn comments(&self, index: usize) -> String {
        let Some(step) = self.build.steps.get(index) else {
            return String::new();
        };
        let dockerfile = self.build.dockerfile;
        let start = builder::comment_start(dockerfile, step.instruction);
        dockerfile
            .text
            .get(start..step.instruction.span.start)
            .unwrap_or_default()
            .to_owned()
    }

    fn exec_form(&mut self, index: usize, name: &str) -> Option<String> {
        let words = self.chosen.entry.plain.as_ref()?;
        let keyword = builder::keyword(self.build.dockerfile, name);
        let line = format!("{keyword} {}", exec_form::print(words));
        let because =
            Because::rule("shell form without shell features becomes exec form: there is no shell");
        self.because.push((line.clone(), because));
        Some(format!("{}{line}", self.comments(index)))
    }

    fn healthcheck(&self, index: usize, step: &Step<'_>, check: &Healthcheck) -> String {
        let words = match &check.probe {
            Some(Form::Shell(text)) => shell::plain_words(text),
            _ => None,
        };
        let Some(words) = words else {
            return self.verbatim(index, step);
        };
        let text = &self.build.dockerfile.text;
        let keyword = builder::keyword(self.build.dockerfile, "HEALTHCHECK");
        let flags: Vec<&str> = check.flags.iter().map(|flag| flag.span.of(text)).collect();
        let flags = if flags.is_empty() {
            String::new()
        } else {
            format!("{} ", flags.join(" "))
        };
        let cmd = builder::keyword(self.build.dockerfile, "CMD");
        format!(
            "{}{keyword} {flags}{cmd} {}",
            self.comments(index),
            exec_form::print(&words)
        )
    }

    fn replaced(
        &mut self,
        name: &str,
        words: Option<&[String]>,
        because: &Because,
    ) -> Option<String> {
        let keyword = builder::keyword(self.build.dockerfile, name);
        let line = format!("{keyword} {}", exec_form::print(words?));
        self.because.push((line.clone(), because.clone()));
        let is_it = |step: &Step<'_>| match &step.instruction.kind {
            InstructionKind::Cmd(_) => name == "CMD",
            InstructionKind::Entrypoint(_) => name == "ENTRYPOINT",
            _ => false,
        };
        let index = self.build.steps.iter().rposition(is_it);
        Some(format!(
            "{}{line}",
            index.map_or_else(String::new, |index| self.comments(index))
        ))
    }

    /// ENTRYPOINT that the original had from its base image and the final base image lacks.
    fn inherited(&mut self) -> Option<String> {
        let own = |kind: &InstructionKind| matches!(kind, InstructionKind::Entrypoint(_));
        if self
            .build
            .steps
            .iter()
            .any(|step| own(&step.instruction.kind))
        {
            return None;
        }
        let before = &self.build.base.image.config.entrypoint;
        let after = &self.chosen.image.config.entrypoint;
        if before == after || (before.is_empty() && after.is_empty()) {
            return None;
        }
        let keyword = builder::keyword(self.build.dockerfile, "ENTRYPOINT");
        let line = format!("{keyword} {}", exec_form::print(before));
        let because =
            Because::rule("the original's base image hands this down, the final one does not");
        self.because.push((line.clone(), because));
        Some(line)
    }
}
