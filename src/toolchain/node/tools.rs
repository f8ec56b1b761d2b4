//! Images that hold no project but a tool that is installed globally (`npm install -g x`, and x
//! starts). In: the build, its project and what starts. Out: the true reason why they are left alone.

use super::client::Verb;
use super::program::Program;
use super::project::{Project, request_of};
use crate::outcome::{Code, Decline};
use crate::plan::build::Build;

/// Declines an image of that kind: no manifest and no source tells which programs of the full image
/// the tool calls; a small image gains nothing.
pub(super) fn check(
    build: &Build<'_>,
    project: &Project,
    program: &Program,
) -> Result<(), Decline> {
    let is_project = project.root != "/"
        || !project.installs.is_empty()
        || !program.files.is_empty()
        || build.context_path("/package.json").is_some();
    let mut commands = build.commands();
    let installs = commands.find_map(|(_, command)| {
        let request = request_of(command)?;
        let is_global = request.global && matches!(request.verb, Verb::Add | Verb::Install);
        is_global.then_some((command.line, request))
    });
    let Some((line, request)) = installs.filter(|_| !is_project) else {
        return Ok(());
    };
    super::benefit(build, false)?;
    let names: Vec<&str> = request
        .operands
        .iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let message = format!(
        "the image holds no project, and what `{}`, installed globally, calls of `{}` is not known",
        names.join(" "),
        build.base.written
    );
    Err(Decline::new(Code::UnsupportedProject, message)
        .at(line)
        .hint(
            "start from the slim image of the same release if it calls no program of the full one",
        ))
}

#[cfg(test)]
mod tests {
    use crate::outcome::Code;
    use crate::toolchain::node::testing::analyse;

    #[test]
    fn a_tool_alone_is_told_from_a_project() {
        for (base, cmd, expected) in [
            ("node:22", r#"["hum"]"#, Some(Code::UnsupportedProject)),
            ("node:22-slim", r#"["hum"]"#, Some(Code::NoBenefit)),
            ("node:22-alpine", r#"["hum"]"#, Some(Code::NoBenefit)),
            ("node:22", r#"["sh"]"#, Some(Code::DevCommand)),
            ("node:22", r#"["node", "a.js"]"#, None),
        ] {
            let text = format!("FROM {base}\nRUN npm i -g hum\nCOPY a.js /\nCMD {cmd}\n");
            let code = analyse(&text, &[("a.js", "")])
                .err()
                .map(|decline| decline.code);
            assert_eq!(code, expected, "{base} {cmd}");
        }
    }
}
