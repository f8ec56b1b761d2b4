//! Skaffold: `skaffold.yaml` in, the builds of its artifacts out, those of profiles included
//! (skaffold.dev/docs/references/yaml).

use super::{Purpose, Source, Unread, Usage, place};
use crate::yaml::Step::{Item, Key};
use crate::yaml::{self, Lines, Node, Step};

/// The usages of a file; the error is a file that cannot be read.
pub(super) fn read(source: Source<'_>) -> Result<Vec<Usage>, Unread> {
    if !source.text.contains("artifacts") {
        return Ok(Vec::new());
    }
    let documents = yaml::read(source.text).map_err(|error| source.no_yaml(&error))?;
    let mut usages = Vec::new();
    let lines = Lines::of(source.text);
    // The line of a place is that in the first document; further ones have none.
    for (number, document) in documents.iter().enumerate() {
        let lines = (number == 0).then_some(&lines);
        artifacts(source, document, &[], lines, &mut usages);
        let profiles = document.get("profiles").map_or(&[][..], Node::items);
        for (index, profile) in profiles.iter().enumerate() {
            let at = [Key("profiles"), Item(index)];
            artifacts(source, profile, &at, lines, &mut usages);
        }
    }
    Ok(usages)
}

fn artifacts(
    source: Source<'_>,
    node: &Node,
    at: &[Step<'_>],
    lines: Option<&Lines>,
    usages: &mut Vec<Usage>,
) {
    let artifacts = node.get("build").and_then(|build| build.get("artifacts"));
    for (index, artifact) in artifacts.map_or(&[][..], Node::items).iter().enumerate() {
        let others = ["jib", "bazel", "buildpacks", "ko", "custom"];
        if others.iter().any(|builder| artifact.get(builder).is_some()) {
            continue;
        }
        let docker = ["docker", "kaniko"]
            .iter()
            .find_map(|builder| artifact.get(builder));
        let docker = docker.unwrap_or(&Node::Null);
        let context = artifact.text_of("context").unwrap_or(".");
        let Some((dockerfile, context)) =
            place::build_inside(source.folder(), context, docker.text_of("dockerfile"))
        else {
            continue;
        };
        let args = docker.get("buildArgs").map_or(&[][..], Node::entries);
        let args = args.iter().filter_map(|(name, value)| {
            let value = value.text()?;
            (!value.contains("{{")).then(|| (name.clone(), value.to_owned()))
        });
        let steps = [at, &[Key("build"), Key("artifacts"), Item(index)]].concat();
        let line = lines.map(|lines| lines.line(&steps));
        usages.push(Usage {
            dockerfile,
            context,
            target: docker.text_of("target").map(str::to_owned),
            args: args.collect(),
            named_contexts: Vec::new(),
            purpose: Purpose::Unknown,
            evidence: source.evidence(line.unwrap_or(1)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::context::BuildContext;
    use crate::project::usage::told;

    #[test]
    fn artifacts_and_those_of_profiles_are_read() {
        let text = "\
apiVersion: skaffold/v4beta11
kind: Config
build:
  artifacts:
    - image: api
      context: services/api
      docker:
        dockerfile: deploy/Dockerfile
        target: prod
        buildArgs: {A: 1, B: '{{.B}}'}
    - image: java
      jib: {}
profiles:
  - name: dev
    build:
      artifacts:
        - image: web
---
build:
  artifacts:
    - {image: x, context: x}
";
        let tree = BuildContext::from_texts([("skaffold.yaml", text)]);
        let usages = read(Source {
            path: "k8s/skaffold.yaml",
            text,
            tree: &tree,
        })
        .unwrap();
        assert_eq!(
            told(&usages),
            [
                "k8s/services/api/deploy/Dockerfile in `k8s/services/api` for prod A=1 (k8s/skaffold.yaml:5)",
                "k8s/Dockerfile in `k8s` (k8s/skaffold.yaml:17)",
                "k8s/x/Dockerfile in `k8s/x` (k8s/skaffold.yaml:1)",
            ]
        );
        let [first, ..] = usages.as_slice() else {
            panic!()
        };
        assert_eq!(first.target.as_deref(), Some("prod"));
        assert_eq!(first.args, [("A".to_owned(), "1".to_owned())]);
    }
}
