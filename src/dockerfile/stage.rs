//! Stages: which instructions belong to which, and what each stands on.

use super::instruction::{Instruction, InstructionKind};

/// One stage of a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Index of its FROM among the instructions.
    pub from: usize,
    /// Index of the instruction after its last.
    pub end: usize,
    /// Its name, in lower case as builders compare it.
    pub name: Option<String>,
    /// What FROM names, as written.
    pub image: String,
}

/// The stages that `instructions` form.
pub(super) fn stages(instructions: &[Instruction]) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    for (index, instruction) in instructions.iter().enumerate() {
        let InstructionKind::From(from) = &instruction.kind else {
            continue;
        };
        if let Some(last) = stages.last_mut() {
            last.end = index;
        }
        stages.push(Stage {
            from: index,
            end: instructions.len(),
            name: from.name.as_ref().map(|name| name.to_ascii_lowercase()),
            image: from.image.clone(),
        });
    }
    stages
}
