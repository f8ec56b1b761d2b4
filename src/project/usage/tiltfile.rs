//! Tilt: a Tiltfile in, the builds of its `docker_build` calls out. A Tiltfile is written in
//! Starlark, whose calls are those of Python (docs.tilt.dev/api.html).

use super::super::source::{Arg, Call, Language, scan};
use super::{Purpose, Source, Usage, place};

/// The usages of a file. An argument that is not literal makes a call unknown.
pub(super) fn read(source: Source<'_>) -> Vec<Usage> {
    if !source.text.contains("docker_build") {
        return Vec::new();
    }
    let facts = scan(source.text, Language::Python);
    let is_build = |call: &&Call| {
        matches!(
            call.callee.as_str(),
            "docker_build" | "docker_build_with_restart"
        )
    };
    let usages = facts.calls.iter().filter(is_build).filter_map(|call| {
        if call.keyword("dockerfile_contents").is_some() {
            return None;
        }
        let context = call.args.get(1).or_else(|| call.keyword("context"))?;
        let text = |name: &str| match call.keyword(name) {
            None => Some(None),
            Some(Arg::Text(text)) => Some(Some(text.as_str())),
            Some(_) => None,
        };
        let (dockerfile, context) =
            place::build(source.folder(), context.text()?, text("dockerfile")?)?;
        Some(Usage {
            dockerfile,
            context,
            target: text("target")?.map(str::to_owned),
            args: Vec::new(),
            named_contexts: Vec::new(),
            purpose: Purpose::Unknown,
            evidence: source.evidence(usize::try_from(call.line).unwrap_or(1)),
        })
    });
    usages.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::context::BuildContext;
    use crate::project::usage::told;

    #[test]
    fn literal_calls_are_read() {
        let text = "\
docker_build('api', '.', dockerfile='docker/api.Dockerfile',
             target='prod')
docker_build('web', context='web')
docker_build('x', DIR)
docker_build('y', 'y', dockerfile=FILE)
docker_build('z', 'z', dockerfile_contents='FROM scratch')
";
        let tree = BuildContext::empty();
        let usages = read(Source {
            path: "dev/Tiltfile",
            text,
            tree: &tree,
        });
        assert_eq!(
            told(&usages),
            [
                "dev/docker/api.Dockerfile in `dev` for prod (dev/Tiltfile:1)",
                "dev/web/Dockerfile in `dev/web` (dev/Tiltfile:3)",
            ]
        );
    }
}
