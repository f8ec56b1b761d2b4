//! The first stage of a rewrite as secrets see it: its instructions with their states, and which of its
//! RUN instructions may use a token.

use super::Secret;
use crate::dockerfile::Dockerfile;
use crate::dockerfile::contract::{self, State};
use crate::dockerfile::image::ImageRef;
use crate::dockerfile::instruction::{Form, Instruction, InstructionKind, Run};
use crate::dockerfile::shell::{self, Script};
use crate::edit::Edit;
use crate::knowledge::base_image;
use crate::plan::base::contract_of;
use crate::plan::user::is_root;
use crate::project::context::BuildContext;

/// Programs of the system that talk to no registry of a language.
const OF_SYSTEM: [&str; 33] = [
    "apt-get",
    "apt",
    "apk",
    "apt-mark",
    "dpkg",
    "mkdir",
    "chmod",
    "chown",
    "chgrp",
    "rm",
    "rmdir",
    "cp",
    "mv",
    "ln",
    "touch",
    "groupadd",
    "useradd",
    "addgroup",
    "adduser",
    "usermod",
    "echo",
    "printf",
    "set",
    "cd",
    "true",
    "test",
    "[",
    "cat",
    "ls",
    "sed",
    "find",
    "update-ca-certificates",
    "locale-gen",
];

/// The first stage.
pub(super) struct Builder<'b> {
    /// The whole rewrite.
    pub(super) dockerfile: &'b Dockerfile,
    /// The stage's instructions, FROM first.
    pub(super) instructions: &'b [Instruction],
    /// What holds before each of them.
    pub(super) states: Vec<State>,
    /// The folder that it is built from.
    pub(super) context: &'b BuildContext,
}

impl<'b> Builder<'b> {
    /// The first stage of `dockerfile`; `None` where its base image is not known.
    pub(super) fn of(dockerfile: &'b Dockerfile, context: &'b BuildContext) -> Option<Self> {
        let stage = dockerfile.stages.first()?;
        let image = ImageRef::parse(&dockerfile.expand_global(&stage.image)?)?;
        let base = contract_of(&base_image::resolve(&image)?);
        let escape = dockerfile.lines.escape;
        let globals = contract::globals(dockerfile.global_instructions(), escape);
        let instructions = dockerfile.stage_instructions(stage);
        Some(Self {
            dockerfile,
            instructions,
            states: contract::states(&base, &globals, instructions, escape),
            context,
        })
    }

    /// The instructions behind `index`, each with its own index.
    pub(super) fn behind(&self, index: usize) -> impl Iterator<Item = (usize, &'b Instruction)> {
        self.instructions.iter().enumerate().skip(index + 1)
    }

    /// The commands of a RUN.
    pub(super) fn script(&self, instruction: &Instruction) -> Option<Script> {
        shell::of_run(self.dockerfile, instruction)
    }

    /// Whether a RUN does more than what the system's own programs do.
    pub(super) fn may_use(&self, instruction: &Instruction) -> bool {
        let Some(script) = self.script(instruction) else {
            return false;
        };
        let is_of_system = |program: &str| OF_SYSTEM.contains(&program);
        !script.understood
            || script.commands.iter().any(|command| {
                let program = command.program();
                !command.words.is_empty() && !program.as_deref().is_some_and(is_of_system)
            })
    }

    /// The line of an instruction with its end.
    pub(super) fn line(&self, instruction: &Instruction) -> Edit {
        let mut lines = self.dockerfile.lines.lines.iter();
        let line = lines.find(|line| line.first_line == instruction.first_line);
        Edit::delete(line.map_or(instruction.span, |line| line.span))
    }

    /// The mounts of all secrets, and the variables that they fill.
    pub(super) fn mounts(&self, secrets: &[Secret]) -> Vec<Edit> {
        let mut edits = Vec::new();
        for (index, instruction) in self.instructions.iter().enumerate() {
            let InstructionKind::Run(run) = &instruction.kind else {
                continue;
            };
            let used = secrets.iter().filter(|secret| secret.runs.contains(&index));
            let mut flags = String::new();
            // Apart from `export`, which would hide that a secret could not be read.
            let (mut values, mut names) = (Vec::new(), Vec::new());
            for secret in used {
                flags.push_str(&self.flag(secret, index));
                if let Some(name) = &secret.variable {
                    values.push(format!("{name}=\"$(cat /run/secrets/{})\" && ", secret.id));
                    names.push(name.as_str());
                }
            }
            let variables = match names.as_slice() {
                [] => String::new(),
                names => format!("{}export {} && ", values.concat(), names.join(" ")),
            };
            if !flags.is_empty() {
                edits.push(Edit::insert(
                    run.command_start,
                    format!("{flags}{variables}"),
                ));
            }
        }
        edits
    }

    fn flag(&self, secret: &Secret, index: usize) -> String {
        let target = secret.target.as_ref();
        let target = target.map_or_else(String::new, |path| format!(",target={path}"));
        let by_root = self
            .states
            .get(index)
            .is_some_and(|state| is_root(&state.contract.user));
        // A secret belongs to root, who alone may read it.
        let mode = if by_root { "" } else { ",mode=0444" };
        format!(
            "--mount=type=secret,id={}{target},required=true{mode} ",
            secret.id
        )
    }
}

/// Whether a RUN is plain text for the shell, before which another command can stand.
pub(super) fn is_plain(instruction: &Instruction, run: &Run) -> bool {
    matches!(run.form, Form::Shell(_)) && instruction.heredocs.is_empty()
}
