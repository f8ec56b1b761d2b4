//! Whether development dependencies are installed. In: the build and its project. Out: whether
//! they are there when the build ends.

use super::client::{Client, Verb};
use super::project::{Project, directory_of, join, request_of};
use crate::plan::action::Action;
use crate::plan::build::{Build, RunCommand};
use crate::plan::removal;

impl Project {
    /// Whether development dependencies are there when the build ends: each installation and
    /// each prune replaces what was there before.
    pub(super) fn has_development(&self, build: &Build<'_>) -> bool {
        let modules = self.path("node_modules");
        let mut there = false;
        for (step, command) in build.commands() {
            if let Action::Remove(paths) = &command.action
                && removal::certainly(paths, &modules)
            {
                there = false;
            }
            let Some(request) = request_of(command).filter(|request| !request.global) else {
                continue;
            };
            let elsewhere = directory_of(command, &request);
            if elsewhere.is_some_and(|directory| self.others.contains(&directory)) {
                continue;
            }
            if request.is_install() || matches!(request.verb, Verb::Prune | Verb::Add) {
                let asked = request.development();
                let wanted = asked.unwrap_or_else(|| !self.is_production(build, step, command));
                there = match request.verb {
                    Verb::Prune => there && wanted,
                    _ => wanted,
                };
            }
        }
        there && self.manifests().any(|it| it.development().next().is_some())
    }

    /// Whether the environment or `.npmrc` leaves development dependencies out.
    fn is_production(&self, build: &Build<'_>, step: usize, command: &RunCommand) -> bool {
        // Yarn from 2 on takes no notice of it.
        if self.client == Client::Berry {
            return false;
        }
        let state = build.steps.get(step).map(|step| &step.state);
        let value = |name: &str| {
            let own = command.variables.get(name).cloned();
            own.or_else(|| state.and_then(|state| state.lookup(name)))
                .unwrap_or_default()
        };
        let config = |name: &str| {
            let lower = value(&format!("npm_config_{name}"));
            let upper = value(&format!("NPM_CONFIG_{}", name.to_uppercase()));
            if lower.is_empty() { upper } else { lower }
        };
        let omits = config("production") == "true"
            || config("omit") == "dev"
            || config("only").starts_with("prod");
        let includes = config("include") == "dev" || config("production") == "false";
        let file = build
            .context
            .read(&join(&self.source, ".npmrc"))
            .unwrap_or_default();
        let in_file = file.lines().any(|line| {
            let line: String = line.split_whitespace().collect();
            matches!(
                line.as_str(),
                "omit=dev" | "omit[]=dev" | "production=true" | "only=production"
            )
        });
        !includes && (value("NODE_ENV") == "production" || omits || in_file)
    }
}

#[cfg(test)]
mod tests {
    use crate::toolchain::node::{project, testing::with_build};

    const MANIFEST: &str = r#"{"devDependencies":{"typescript":"5"}}"#;

    #[test]
    fn development_dependencies_are_there_unless_left_out_or_pruned() {
        for (run, expected) in [
            ("RUN npm install", true),
            ("RUN npm install --production", false),
            ("ENV NODE_ENV=production\nRUN npm install", false),
            (
                "ENV NODE_ENV=production\nRUN npm install --include=dev",
                true,
            ),
            ("RUN NODE_ENV=production npm ci", false),
            ("RUN npm ci && npm run build && npm prune --omit=dev", false),
            (
                "RUN npm ci\nRUN rm -rf node_modules && npm ci --only=production",
                false,
            ),
            ("RUN npm install\nENV NODE_ENV=production", true),
            ("RUN yarn --prod", false),
        ] {
            let text =
                format!("FROM node:22\nWORKDIR /app\nCOPY . .\n{run}\nCMD [\"node\", \"a.js\"]\n");
            let development = with_build(&text, &[("package.json", MANIFEST)], |build| {
                let project = project::read(build, None).unwrap();
                project.has_development(build)
            });
            assert_eq!(development, expected, "{run}");
        }
    }
}
