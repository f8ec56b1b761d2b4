//! What must hold between the old text and the new. Checked before anything is shown: a breach is
//! a bug of ours or of a template, never something that a user has to find out.

use crate::dockerfile::Dockerfile;
use crate::dockerfile::contract::Contract;
use crate::dockerfile::image::ImageRef;
use crate::dockerfile::instruction::{Form, Instruction, InstructionKind, flag};
use crate::dockerfile::{shell, word};
use crate::knowledge::base_image;
use crate::plan::analysis::Launch;
use crate::plan::base::contract_at_end;
use crate::plan::{self, Plan, Stop, user};

/// Checks all of them. The error says which is broken, and by what.
pub fn check(old: &Dockerfile, new: &Dockerfile, plan: &Plan) -> Result<(), String> {
    readable(new)?;
    two_stages(new)?;
    nothing_lost(old, new, plan)?;
    links_made(new, plan)?;
    references_resolve(old, new)?;
    contract_holds(old, new, plan)?;
    settled(new)
}

/// The result has no instruction that is not understood (the original had none either).
fn readable(new: &Dockerfile) -> Result<(), String> {
    match new.first_opaque() {
        Some(opaque) => Err(format!(
            "line {} of the result is not understood",
            opaque.first_line
        )),
        None => Ok(()),
    }
}

fn two_stages(new: &Dockerfile) -> Result<(), String> {
    match new.stages.len() {
        2 => Ok(()),
        count => Err(format!("the result has {count} stages instead of two")),
    }
}

/// Every instruction and every comment of the original is in the result, unless an edit of the
/// plan, or a rung that cannot have it, accounts for it.
fn nothing_lost(old: &Dockerfile, new: &Dockerfile, plan: &Plan) -> Result<(), String> {
    let mut texts: Vec<String> = new
        .instructions
        .iter()
        .map(|known| normal(known, new))
        .collect();
    for instruction in &old.instructions {
        // First, because one that was edited may have had the text of one that is kept.
        if accounted_for(instruction, plan) {
            continue;
        }
        let text = normal(instruction, old);
        let Some(at) = texts.iter().position(|known| *known == text) else {
            let line = instruction.first_line;
            return Err(format!("the {} of line {line} is lost", instruction.name()));
        };
        // Taken once: an instruction that stood twice must stand twice.
        texts.swap_remove(at);
    }
    let kept = new.comments();
    match old
        .comments()
        .iter()
        .find(|comment| !kept.contains(comment))
    {
        Some(comment) => Err(format!("the comment `{comment}` is lost")),
        None => Ok(()),
    }
}

/// The links that the final stage needs are made in it: a team's own template may be older than they are.
fn links_made(new: &Dockerfile, plan: &Plan) -> Result<(), String> {
    let lines = plan.final_stage.links.iter().flat_map(|line| line.lines());
    let mut commands = lines.map(|line| {
        line.trim_start_matches("RUN ")
            .trim_end_matches('\\')
            .trim()
    });
    match commands.find(|command| !new.text.contains(command)) {
        None => Ok(()),
        Some(command) => Err(format!("`{command}` is lost: a template has `links`")),
    }
}

/// Text without regard to line ends, nor to blanks after the last word.
fn normal(instruction: &Instruction, dockerfile: &Dockerfile) -> String {
    let text = instruction.span.of(&dockerfile.text).trim_end();
    text.replace("\r\n", "\n")
}

fn accounted_for(instruction: &Instruction, plan: &Plan) -> bool {
    let edited = plan.edits.iter().any(|edit| {
        let inserts = !edit.text.is_empty();
        inserts && instruction.span.contains(edit.span)
    });
    // The first six are compared by value, with the contract; SHELL has no effect where nothing
    // uses a shell, and ARG none where nothing refers to it.
    edited
        || matches!(
            instruction.kind,
            InstructionKind::Env(_)
                | InstructionKind::Workdir(_)
                | InstructionKind::User(_)
                | InstructionKind::Cmd(_)
                | InstructionKind::Entrypoint(_)
                | InstructionKind::Healthcheck(_)
                | InstructionKind::Shell(_)
                | InstructionKind::Arg(_)
        )
}

/// Every `--from` names an earlier stage, or an image that the original names too, and what the
/// final stage refers to is declared in it.
fn references_resolve(old: &Dockerfile, new: &Dockerfile) -> Result<(), String> {
    let named_before = |name: &str| {
        old.instructions.iter().any(|instruction| {
            matches!(&instruction.kind, InstructionKind::Copy(copy) if flag(&copy.flags, "from") == Some(name))
        })
    };
    for (index, stage) in new.stages.iter().enumerate() {
        let earlier: Vec<&str> = new
            .stages
            .iter()
            .take(index)
            .filter_map(|stage| stage.name.as_deref())
            .collect();
        for instruction in new.stage_instructions(stage) {
            let InstructionKind::Copy(copy) = &instruction.kind else {
                continue;
            };
            let Some(from) = flag(&copy.flags, "from") else {
                continue;
            };
            let is_stage = earlier.contains(&from.to_ascii_lowercase().as_str());
            if !is_stage && !named_before(from) {
                return Err(format!("`--from={from}` names no earlier stage"));
            }
        }
    }
    let Some(last) = new.stages.last() else {
        return Ok(());
    };
    let mut declared: Vec<String> = vec!["PATH".to_owned(), "HOME".to_owned()];
    for instruction in new.stage_instructions(last) {
        let used = match &instruction.kind {
            InstructionKind::Arg(_) | InstructionKind::Run(_) => {
                word::variables(instruction.span.of(&new.text), new.lines.escape)
            }
            InstructionKind::Env(pairs) | InstructionKind::Label(pairs) => {
                let values = pairs.iter();
                values
                    .flat_map(|pair| word::variables(&pair.value, new.lines.escape))
                    .collect()
            }
            InstructionKind::Expose(words) | InstructionKind::Volume(words) => words
                .iter()
                .flat_map(|text| word::variables(text, new.lines.escape))
                .collect(),
            _ => Vec::new(),
        };
        let base = ImageRef::parse(&last.image).and_then(|image| base_image::resolve(&image));
        let unknown = used.iter().find(|name| {
            !declared.contains(name)
                && base
                    .as_ref()
                    .is_none_or(|base| base.config.var(name).is_none())
        });
        let text = normal(instruction, new);
        if let Some(name) = unknown.filter(|name| was_declared(old, &text, name)) {
            let line = instruction.first_line;
            return Err(format!(
                "line {line} of the result refers to `{name}`, which is not declared there"
            ));
        }
        match &instruction.kind {
            InstructionKind::Arg(args) => {
                declared.extend(args.iter().map(|arg| arg.name.clone()));
            }
            InstructionKind::Env(pairs) => {
                declared.extend(pairs.iter().map(|pair| pair.name.clone()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether the original declares a variable before the instruction of this text, or anywhere if it
/// has no such instruction: a variable that nothing declared was empty, and still is.
fn was_declared(old: &Dockerfile, text: &str, name: &str) -> bool {
    let instructions = old.instructions.iter();
    let before = instructions
        .clone()
        .position(|known| normal(known, old) == text)
        .unwrap_or(old.instructions.len());
    instructions
        .take(before)
        .any(|instruction| match &instruction.kind {
            InstructionKind::Arg(args) => args.iter().any(|arg| arg.name == name),
            InstructionKind::Env(pairs) => pairs.iter().any(|pair| pair.name == name),
            _ => false,
        })
}

/// The runtime contract of the original is that of the result.
fn contract_holds(old: &Dockerfile, new: &Dockerfile, plan: &Plan) -> Result<(), String> {
    let before = contract_at_end(old);
    let after = contract_at_end(new);
    let (Some(before), Some(after)) = (before, after) else {
        return Err("the configuration of a final stage cannot be told".to_owned());
    };
    let (before, after) = (&before, &after);
    same("WORKDIR", &before.workdir, &after.workdir)?;
    same("EXPOSE", &before.exposed, &after.exposed)?;
    same("VOLUME", &before.volumes, &after.volumes)?;
    same("LABEL", &before.labels, &after.labels)?;
    same("STOPSIGNAL", &before.stopsignal, &after.stopsignal)?;
    if !user::is_root(&before.user) {
        same("USER", &before.user, &after.user)?;
    }
    environment(old, before, after, plan)?;
    command(before, after, plan)
}

fn same<T: PartialEq>(what: &str, before: &T, after: &T) -> Result<(), String> {
    if before == after {
        Ok(())
    } else {
        Err(format!("{what} of the result is another one"))
    }
}

/// Variables that the original itself sets have the same values, apart from those of the build.
fn environment(
    old: &Dockerfile,
    before: &Contract,
    after: &Contract,
    plan: &Plan,
) -> Result<(), String> {
    let set: Vec<&str> = old
        .instructions
        .iter()
        .flat_map(|instruction| match &instruction.kind {
            InstructionKind::Env(pairs) => pairs.iter().map(|pair| pair.name.as_str()).collect(),
            _ => Vec::new(),
        })
        .collect();
    for (name, value) in &before.env {
        let ours = !set.contains(&name.as_str()) || plan.toolchain.is_build_variable(name);
        // PATH holds directories of the builder's base image; what is called is checked by name.
        if ours || name == "PATH" {
            continue;
        }
        let found = after.env.iter().find(|(known, _)| known == name);
        if found.map(|(_, value)| value) != Some(value) {
            return Err(format!("ENV {name} of the result is another one"));
        }
    }
    Ok(())
}

/// ENTRYPOINT, CMD and HEALTHCHECK are the same, or what the plan says they become.
fn command(before: &Contract, after: &Contract, plan: &Plan) -> Result<(), String> {
    let launch = &plan.launch;
    if let Launch::Replace {
        entrypoint, cmd, ..
    } = launch
    {
        let exec = |form: &Option<Form>| match form {
            Some(Form::Exec(words)) => Some(words.clone()),
            _ => None,
        };
        if entrypoint.is_some() && exec(&after.entrypoint) != *entrypoint {
            return Err("ENTRYPOINT of the result is not the planned one".to_owned());
        }
        if cmd.is_some() && exec(&after.cmd) != *cmd {
            return Err("CMD of the result is not the planned one".to_owned());
        }
    } else {
        equivalent(
            "ENTRYPOINT",
            before.entrypoint.as_ref(),
            after.entrypoint.as_ref(),
        )?;
        equivalent("CMD", before.cmd.as_ref(), after.cmd.as_ref())?;
    }
    let probe = |contract: &Contract| contract.healthcheck.as_ref().and_then(|c| c.probe.clone());
    equivalent("HEALTHCHECK", probe(before).as_ref(), probe(after).as_ref())?;
    same(
        "HEALTHCHECK",
        &before.healthcheck.is_some(),
        &after.healthcheck.is_some(),
    )
}

/// The same form, or exec form of a shell text that uses no feature of the shell.
fn equivalent(what: &str, before: Option<&Form>, after: Option<&Form>) -> Result<(), String> {
    let plain = match (before, after) {
        (Some(Form::Shell(text)), Some(Form::Exec(words))) => {
            shell::plain_words(text).is_some_and(|plain| plain == *words)
        }
        _ => before == after,
    };
    if plain {
        Ok(())
    } else {
        Err(format!("{what} of the result is another one"))
    }
}

/// A second run changes nothing.
fn settled(new: &Dockerfile) -> Result<(), String> {
    match plan::gate::check(new) {
        Err(Stop::Unchanged(_)) => Ok(()),
        _ => Err("a second run would not leave the result alone".to_owned()),
    }
}
