//! A Dockerfile as the parser reads it, in plain text: one line for each logical line, and below
//! each instruction what it says. Texts are in JSON's quotes.

use std::fmt::Write as _;

use restage::dockerfile::Dockerfile;
use restage::dockerfile::instruction::{Copy, Flag, Form, Instruction, InstructionKind};
use restage::dockerfile::line::LineKind;

/// The dump of `text`.
pub(super) fn dump(text: &str) -> String {
    let dockerfile = Dockerfile::parse(text);
    let mut out = String::new();
    let mut instructions = dockerfile.instructions.iter();
    for line in &dockerfile.lines.lines {
        let range = format!("{}-{}", line.first_line, line.last_line);
        match line.kind {
            LineKind::Blank => writeln!(out, "{range} blank").unwrap(),
            LineKind::Comment => writeln!(out, "{range} comment").unwrap(),
            LineKind::Directive => writeln!(out, "{range} directive").unwrap(),
            LineKind::Instruction => {
                let instruction = instructions.next().unwrap();
                let (keyword, _) =
                    restage::dockerfile::word::split_keyword(instruction.joined.as_str());
                writeln!(out, "{range} {keyword}").unwrap();
                says(&mut out, text, instruction);
            }
        }
    }
    for stage in &dockerfile.stages {
        let name = stage.name.as_deref().unwrap_or("-");
        writeln!(out, "stage {name} on {}", quoted(&stage.image)).unwrap();
    }
    out
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn field(out: &mut String, name: &str, text: &str) {
    writeln!(out, "    {name} {}", quoted(text)).unwrap();
}

fn says(out: &mut String, text: &str, instruction: &Instruction) {
    field(out, "joined", instruction.joined.as_str());
    if instruction.kind == InstructionKind::Opaque {
        writeln!(out, "    opaque").unwrap();
    }
    arguments(out, &instruction.kind);
    for heredoc in &instruction.heredocs {
        let mark = &heredoc.mark;
        field(out, "heredoc", &mark.name);
        field(out, "content", heredoc.content.of(text));
        writeln!(
            out,
            "    strips {} expands {} terminated {}",
            mark.strip_tabs, mark.expands, heredoc.terminated
        )
        .unwrap();
    }
}

fn arguments(out: &mut String, kind: &InstructionKind) {
    match kind {
        InstructionKind::From(from) => {
            flags(out, &from.flags);
            field(out, "value", &from.image);
            if let Some(name) = &from.name {
                field(out, "name", name);
            }
        }
        InstructionKind::Run(run) => {
            flags(out, &run.flags);
            form(out, &run.form);
        }
        InstructionKind::Copy(copy) | InstructionKind::Add(copy) => paths(out, copy),
        InstructionKind::Env(pairs) | InstructionKind::Label(pairs) => {
            for pair in pairs {
                field(out, "value", &pair.name);
                field(out, "value", &pair.value);
            }
        }
        InstructionKind::Arg(args) => {
            for arg in args {
                let default = arg.default.as_ref().map(|default| format!("={default}"));
                let whole = arg.name.clone() + &default.unwrap_or_default();
                field(out, "value", &whole);
            }
        }
        InstructionKind::Workdir(one)
        | InstructionKind::User(one)
        | InstructionKind::Stopsignal(one) => field(out, "value", one),
        InstructionKind::Cmd(command) | InstructionKind::Entrypoint(command) => {
            form(out, command);
        }
        InstructionKind::Healthcheck(healthcheck) => {
            flags(out, &healthcheck.flags);
            match &healthcheck.probe {
                Some(probe) => form(out, probe),
                None => writeln!(out, "    none").unwrap(),
            }
        }
        InstructionKind::Expose(words)
        | InstructionKind::Volume(words)
        | InstructionKind::Shell(words) => values(out, words),
        InstructionKind::Onbuild | InstructionKind::Maintainer | InstructionKind::Opaque => {}
    }
}

fn paths(out: &mut String, copy: &Copy) {
    flags(out, &copy.flags);
    if copy.exec_form {
        writeln!(out, "    json").unwrap();
    }
    values(out, &copy.sources);
    field(out, "value", &copy.destination);
}

fn values(out: &mut String, words: &[String]) {
    for word in words {
        field(out, "value", word);
    }
}

fn form(out: &mut String, form: &Form) {
    match form {
        Form::Exec(words) => {
            writeln!(out, "    json").unwrap();
            values(out, words);
        }
        Form::Shell(command) => field(out, "value", command),
    }
}

fn flags(out: &mut String, flags: &[Flag]) {
    for flag in flags {
        let value = flag.value.as_ref().map(|value| format!("={value}"));
        let whole = format!("--{}{}", flag.name, value.unwrap_or_default());
        field(out, "flag", &whole);
    }
}
