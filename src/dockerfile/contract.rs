//! The runtime contract: the effective image configuration that a stage ends with, base-image
//! defaults included, and what holds at each of its instructions on the way there.

use super::instruction::{BuildArg, Form, Healthcheck, Instruction, InstructionKind, Pair};
use super::word;

/// The configuration of an image, as the builder writes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contract {
    /// Environment, in order. `None` where the value hangs on something unknown.
    pub env: Vec<(String, Option<String>)>,
    /// Working directory, absolute; `None` where it hangs on something unknown.
    pub workdir: Option<String>,
    /// User as written, empty for none.
    pub user: String,
    /// ENTRYPOINT.
    pub entrypoint: Option<Form>,
    /// CMD.
    pub cmd: Option<Form>,
    /// Ports, as written.
    pub exposed: Vec<String>,
    /// Volumes, as written.
    pub volumes: Vec<String>,
    /// Labels, in order.
    pub labels: Vec<(String, String)>,
    /// STOPSIGNAL.
    pub stopsignal: Option<String>,
    /// HEALTHCHECK.
    pub healthcheck: Option<Healthcheck>,
    /// SHELL; empty for the default.
    pub shell: Vec<String>,
}

/// What holds just before an instruction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// The configuration so far.
    pub contract: Contract,
    /// Build args in scope; `None` where the value comes from outside.
    pub args: Vec<(String, Option<String>)>,
}

impl State {
    /// The value of a variable: environment first, then build args. `None` where it is unknown; a
    /// variable that nobody sets is empty.
    pub fn lookup(&self, name: &str) -> Option<String> {
        let find = |list: &[(String, Option<String>)]| {
            list.iter()
                .rev()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.clone())
        };
        find(&self.contract.env)
            .or_else(|| find(&self.args))
            .unwrap_or_else(|| Some(String::new()))
    }

    /// `text` with its variables replaced.
    pub fn expand(&self, text: &str, escape: char) -> Option<String> {
        word::expand(text, escape, &|name| self.lookup(name))
    }

    /// `path` made absolute by the working directory, `.` and `..` resolved.
    pub fn absolute(&self, path: &str) -> Option<String> {
        if path.starts_with('/') {
            return Some(clean(path));
        }
        Some(clean(&format!(
            "{}/{path}",
            self.contract.workdir.as_deref()?
        )))
    }
}

/// An absolute path without `.`, `..`, doubled and trailing slashes.
pub fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            _ => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// What holds before each of a stage's instructions, and, last, at its end.
///
/// `base` is the configuration of the image that it stands on, `globals` are the build args
/// declared before the first FROM. `instructions` begins with the stage's FROM.
pub fn states(
    base: &Contract,
    globals: &[(String, Option<String>)],
    instructions: &[Instruction],
    escape: char,
) -> Vec<State> {
    let mut contract = base.clone();
    contract.workdir.get_or_insert_with(|| "/".to_owned());
    let mut walk = Walk {
        globals,
        escape,
        cmd_set: false,
    };
    let mut state = State {
        contract,
        args: Vec::new(),
    };
    let mut states = Vec::with_capacity(instructions.len() + 1);
    for instruction in instructions {
        states.push(state.clone());
        walk.apply(&mut state, &instruction.kind);
    }
    states.push(state);
    states
}

/// The build args declared before the first FROM, with their defaults.
pub fn globals(instructions: &[Instruction], escape: char) -> Vec<(String, Option<String>)> {
    let mut state = State::default();
    let mut walk = Walk {
        globals: &[],
        escape,
        cmd_set: false,
    };
    for instruction in instructions {
        walk.apply(&mut state, &instruction.kind);
    }
    state.args
}

struct Walk<'g> {
    globals: &'g [(String, Option<String>)],
    escape: char,
    /// Whether this stage has a CMD of its own: if not, an ENTRYPOINT drops the inherited one.
    cmd_set: bool,
}

impl Walk<'_> {
    fn apply(&mut self, state: &mut State, kind: &InstructionKind) {
        match kind {
            InstructionKind::Arg(args) => self.args(state, args),
            InstructionKind::Env(pairs) => self.env(state, pairs),
            InstructionKind::Label(pairs) => {
                for pair in pairs {
                    let value = word::unquote(&pair.value, self.escape);
                    state.contract.labels.retain(|(name, _)| *name != pair.name);
                    state.contract.labels.push((pair.name.clone(), value));
                }
            }
            InstructionKind::Workdir(path) => {
                let path = state.expand(path, self.escape);
                state.contract.workdir = path.and_then(|path| state.absolute(&path));
            }
            InstructionKind::User(user) => {
                state.contract.user = state.expand(user, self.escape).unwrap_or(user.clone());
            }
            InstructionKind::Cmd(form) => {
                self.cmd_set = true;
                state.contract.cmd = Some(form.clone());
            }
            InstructionKind::Entrypoint(form) => {
                if !self.cmd_set {
                    state.contract.cmd = None;
                }
                state.contract.entrypoint = Some(form.clone());
            }
            InstructionKind::Expose(ports) => {
                let expand =
                    |port: &String| state.expand(port, self.escape).unwrap_or(port.clone());
                let ports: Vec<String> = ports.iter().map(expand).collect();
                state.contract.exposed.extend(ports);
            }
            InstructionKind::Volume(paths) => {
                let expand =
                    |path: &String| state.expand(path, self.escape).unwrap_or(path.clone());
                let paths: Vec<String> = paths.iter().map(expand).collect();
                state.contract.volumes.extend(paths);
            }
            InstructionKind::Stopsignal(signal) => {
                state.contract.stopsignal = Some(signal.clone());
            }
            InstructionKind::Healthcheck(check) => {
                state.contract.healthcheck = Some(check.clone());
            }
            InstructionKind::Shell(words) => state.contract.shell.clone_from(words),
            _ => {}
        }
    }

    fn args(&self, state: &mut State, args: &[BuildArg]) {
        for arg in args {
            let value = if let Some(default) = &arg.default {
                state.expand(default, self.escape)
            } else {
                let global = self.globals.iter().find(|(name, _)| *name == arg.name);
                global.and_then(|(_, value)| value.clone())
            };
            state.args.retain(|(name, _)| *name != arg.name);
            state.args.push((arg.name.clone(), value));
        }
    }

    /// All pairs of one ENV see the environment as it was before it.
    fn env(&self, state: &mut State, pairs: &[Pair]) {
        let values: Vec<_> = pairs
            .iter()
            .map(|pair| state.expand(&pair.value, self.escape))
            .collect();
        for (pair, value) in pairs.iter().zip(values) {
            match state
                .contract
                .env
                .iter_mut()
                .find(|(name, _)| *name == pair.name)
            {
                Some(known) => known.1 = value,
                None => state.contract.env.push((pair.name.clone(), value)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::Dockerfile;

    fn end(text: &str) -> State {
        let dockerfile = Dockerfile::parse(text);
        let globals = globals(dockerfile.global_instructions(), '\\');
        let base = Contract {
            env: vec![("PATH".into(), Some("/bin".into()))],
            cmd: Some(Form::Shell("sh".into())),
            ..Contract::default()
        };
        let stage = &dockerfile.stages[0];
        let instructions = dockerfile.stage_instructions(stage);
        states(&base, &globals, instructions, '\\').pop().unwrap()
    }

    #[test]
    fn variables_have_the_values_that_hold_where_they_stand() {
        let text = "ARG V=1\nFROM a\nARG V\nARG X\nENV A=$V B=$A\nENV B=${A}b PATH=/x:$PATH C=$X\nWORKDIR /w/$A\nWORKDIR ../y/.\n";
        let state = end(text);
        let value = |name: &str| state.lookup(name);
        assert_eq!(value("A").as_deref(), Some("1"));
        assert_eq!(value("B").as_deref(), Some("1b"));
        assert_eq!(value("PATH").as_deref(), Some("/x:/bin"));
        assert_eq!(value("C"), None);
        assert_eq!(value("NEVER").as_deref(), Some(""));
        assert_eq!(state.contract.workdir.as_deref(), Some("/w/y"));
    }

    #[test]
    fn an_entrypoint_drops_the_inherited_command_only() {
        assert_eq!(end("FROM a\nENTRYPOINT [\"x\"]\n").contract.cmd, None);
        let own = end("FROM a\nCMD [\"y\"]\nENTRYPOINT [\"x\"]\n")
            .contract
            .cmd;
        assert_eq!(own, Some(Form::Exec(vec!["y".into()])));
    }
}
