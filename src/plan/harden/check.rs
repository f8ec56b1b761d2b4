//! What must hold between a Dockerfile and its hardened text. In: both, and the user that was added. Out:
//! what does not hold: a bug of ours.

use crate::dockerfile::Dockerfile;
use crate::dockerfile::contract::Contract;
use crate::dockerfile::instruction::{Instruction, InstructionKind};
use crate::plan::base::contract_at_end;

/// Whether `new` is `old` but for the copies of manifests, the user and what it is given.
pub(super) fn against(
    old: &Dockerfile,
    new: &Dockerfile,
    owner: Option<&str>,
) -> Result<(), String> {
    if let Some(opaque) = new.first_opaque() {
        let line = opaque.first_line;
        return Err(format!("line {line} of the result is not understood"));
    }
    if new.stages.len() != 1 {
        return Err("the result has another number of stages".to_owned());
    }
    let mut kept = texts(new, owner);
    for (text, instruction) in texts(old, owner).iter().zip(&old.instructions) {
        let Some(at) = kept.iter().position(|known| known == text) else {
            let line = instruction.first_line;
            return Err(format!("the {} of line {line} is lost", instruction.name()));
        };
        kept.remove(at);
    }
    let is_ours = |text: &String| {
        let word = text.split_whitespace().next().unwrap_or_default();
        let word = word.to_ascii_uppercase();
        word == "COPY" || (owner.is_some() && matches!(word.as_str(), "RUN" | "USER"))
    };
    if let Some(stranger) = kept.iter().find(|text| !is_ours(text)) {
        return Err(format!("nobody asked for `{stranger}`"));
    }
    let (mut before, mut after) = (old.comments(), new.comments());
    before.sort_unstable();
    after.sort_unstable();
    if before != after {
        return Err("the comments of the result are others".to_owned());
    }
    let contract = |dockerfile: &Dockerfile| {
        contract_at_end(dockerfile).map(|contract| Contract {
            user: match owner {
                Some(_) => String::new(),
                None => contract.user.clone(),
            },
            // Its flags know where they stand; its text is among those that are kept.
            healthcheck: None,
            ..contract
        })
    };
    if contract(old) != contract(new) {
        return Err("the configuration of the result is another one".to_owned());
    }
    match (owner, contract_at_end(new)) {
        (Some(owner), Some(after)) if after.user != owner => {
            Err("USER of the result is not the planned one".to_owned())
        }
        _ => Ok(()),
    }
}

/// The texts of the instructions, those of COPY and ADD without the owner that they were given.
fn texts(dockerfile: &Dockerfile, owner: Option<&str>) -> Vec<String> {
    let given = owner.map(|owner| format!(" --chown={owner}"));
    let text = |it: &Instruction| {
        let text = it.span.of(&dockerfile.text).trim_end();
        match (&it.kind, &given) {
            (InstructionKind::Copy(_) | InstructionKind::Add(_), Some(given)) => {
                text.replacen(given.as_str(), "", 1)
            }
            _ => text.to_owned(),
        }
    };
    dockerfile.instructions.iter().map(text).collect()
}
