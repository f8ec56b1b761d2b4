//! Programs other than the project's own that a container runs. In: what starts, HEALTHCHECK, what
//! the sources execute. Out: the first one that only a package of the builder's distribution
//! brings, since the same program from another distribution may take other options.

use super::artifact::candidates;
use crate::dockerfile::image::ImageRef;
use crate::dockerfile::shell;
use crate::knowledge::base_image::{self, BaseImage};
use crate::knowledge::carried::carries;
use crate::plan::analysis::Need;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::entry::Entry;

/// Why packages of the builder's distribution are needed, if they are. `own` are the places of the
/// project's programs, `executed` the programs that its sources execute.
pub(crate) fn foreign(
    build: &Build<'_>,
    entry: &Entry,
    own: &[String],
    executed: &[Need<String>],
) -> Option<Because> {
    let minimal = ImageRef::parse("debian:trixie-slim").and_then(|i| base_image::resolve(&i));
    let is_foreign = |program: &str| !has(minimal.as_ref(), program);
    if let Some(because) = &entry.bash {
        return Some(because.clone());
    }
    if let Some(need) = executed.iter().find(|need| is_foreign(&need.value)) {
        return Some(need.because.clone());
    }
    for start in &entry.commands {
        let program = start.program().unwrap_or_default();
        let is_own = candidates(build, start, program)
            .iter()
            .any(|path| own.contains(path));
        let is_copied = build.context_path(&start.absolute(program)).is_some();
        if !program.is_empty() && !is_own && !is_copied && is_foreign(program) {
            let mut because = Because::rule(format!("`{program}` is started"));
            because.evidence.clone_from(&start.because.evidence);
            return Some(because);
        }
    }
    let probe = build.end.contract.healthcheck.as_ref()?.probe.as_ref()?;
    let commands = shell::of_form(probe)?.commands;
    commands.iter().find_map(|command| {
        let program = command.program()?;
        let is_own = own
            .iter()
            .any(|place| *place == program || place.rsplit('/').next() == Some(program.as_str()));
        (!is_own && !shell::is_builtin(&program) && is_foreign(&program))
            .then(|| Because::rule(format!("HEALTHCHECK runs `{program}`")))
    })
}

fn has(image: Option<&BaseImage>, program: &str) -> bool {
    image.is_some_and(|image| carries(image, program))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::entry;
    use crate::toolchain::compiled::sample::sample;

    #[test]
    fn programs_that_a_package_brings_are_foreign() {
        for (text, rule) in [
            ("CMD [\"/app/x\"]", None),
            (
                "HEALTHCHECK CMD curl -f http://x || exit 1\nCMD [\"/app/x\"]",
                Some("HEALTHCHECK runs `curl`"),
            ),
            ("HEALTHCHECK CMD test -f /x\nCMD [\"/app/x\"]", None),
            (
                "HEALTHCHECK CMD [\"/app/x\", \"probe\"]\nCMD [\"/app/x\"]",
                None,
            ),
            (
                "ENTRYPOINT [\"tini\", \"--\", \"/app/x\"]",
                Some("`tini` is started"),
            ),
            ("CMD [\"./run.sh\"]", None),
        ] {
            let text = format!("FROM golang:1.25\nWORKDIR /app\nCOPY . .\n{text}\n");
            sample(
                &text,
                &[("run.sh", "#!/bin/sh\nsed -i s/a/b/ c\nexec ./x\n")],
                |build| {
                    let own = ["/app/x".to_owned()];
                    let found = foreign(build, &entry::read(build), &own, &[]);
                    assert_eq!(found.map(|because| because.rule).as_deref(), rule, "{text}");
                },
            );
        }
    }
}
