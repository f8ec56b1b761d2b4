//! The configurations of the two images in, where the rewrite is not what the original was out. What
//! the Dockerfile says on purpose (a command that starts the program itself) is judged by what the
//! program does; here counts what must simply be the same.

use std::fmt::Debug;

use super::inspected::Inspected;
use crate::dockerfile::Dockerfile;
use crate::dockerfile::instruction::InstructionKind;
use crate::plan::base::contract_at_end;
use crate::toolchain;

/// Both images, with the files that they were built by.
pub(super) struct Pair<'p> {
    /// The original Dockerfile.
    pub(super) old: &'p Dockerfile,
    /// The rewritten one.
    pub(super) new: &'p Dockerfile,
    /// The original's configuration.
    pub(super) before: &'p Inspected,
    /// The rewrite's configuration.
    pub(super) after: &'p Inspected,
    /// Variables that are not compared.
    pub(super) ignored: &'p [String],
    /// The original's toolchain.
    pub(super) toolchain: Option<&'p str>,
}

impl Pair<'_> {
    /// Every difference, in a sentence each.
    pub(super) fn differences(&self) -> Vec<String> {
        let (before, after) = (self.before, self.after);
        let mut found = Vec::new();
        same(&mut found, "WORKDIR", &before.workdir, &after.workdir);
        same(&mut found, "EXPOSE", &before.exposed, &after.exposed);
        same(&mut found, "VOLUME", &before.volumes, &after.volumes);
        same(&mut found, "LABEL", &before.labels, &after.labels);
        same(
            &mut found,
            "STOPSIGNAL",
            &before.stop_signal,
            &after.stop_signal,
        );
        if !before.is_root() {
            same(&mut found, "USER", &before.user, &after.user);
        }
        let checks = |image: &Inspected| match image.healthcheck.first().map(String::as_str) {
            None | Some("NONE") => "not there",
            Some(_) => "there",
        };
        same(&mut found, "HEALTHCHECK", &checks(before), &checks(after));
        self.environment(&mut found);
        self.predictions(&mut found);
        found
    }

    /// Variables that the original's author set have their values; what the base image set for its
    /// tools, and what acts at build time alone, may go.
    fn environment(&self, found: &mut Vec<String>) {
        let mut all = toolchain::ALL.into_iter();
        let toolchain = all.find(|it| Some(it.name()) == self.toolchain);
        for (name, value) in &self.before.env {
            let is_own = sets(self.old, name)
                && !toolchain.is_some_and(|toolchain| toolchain.is_build_variable(name));
            // PATH holds folders of the builder's base image; what is called is looked for by name.
            if !is_own || name == "PATH" {
                continue;
            }
            match self.after.env.get(name) {
                Some(other) if other == value => {}
                Some(other) => found.push(format!("ENV {name} is `{other}` instead of `{value}`")),
                None => found.push(format!("ENV {name}={value} is lost")),
            }
        }
    }

    /// What restage knows of the final stage's base image is true of the image that was built.
    fn predictions(&self, found: &mut Vec<String>) {
        let Some(predicted) = contract_at_end(self.new) else {
            return;
        };
        for (name, value) in &predicted.env {
            let Some(value) = value else { continue };
            let real = self.after.env.get(name);
            let own = sets(self.new, name);
            let ignored = self.ignored.contains(name) && !own;
            // Both images stand on bases of which the same is not known.
            let is_as_before = !own && real.is_some() && real == self.before.env.get(name);
            if real != Some(value) && !ignored && !is_as_before {
                let real = real.map_or("not set".to_owned(), |real| format!("`{real}`"));
                found.push(format!("ENV {name} is {real}; `{value}` was predicted"));
            }
        }
        if predicted.user != self.after.user {
            let (real, wanted) = (&self.after.user, &predicted.user);
            found.push(format!("USER is `{real}`; `{wanted}` was predicted"));
        }
    }
}

fn same<T: PartialEq + Debug>(found: &mut Vec<String>, what: &str, before: &T, after: &T) {
    if before != after {
        found.push(format!("{what} is {after:?} instead of {before:?}"));
    }
}

/// Whether an ENV of the last stage sets the variable.
pub(super) fn sets(dockerfile: &Dockerfile, name: &str) -> bool {
    let stage = dockerfile.stages.last();
    let instructions = stage.map_or(&[][..], |stage| dockerfile.stage_instructions(stage));
    instructions
        .iter()
        .any(|instruction| match &instruction.kind {
            InstructionKind::Env(pairs) => pairs.iter().any(|pair| pair.name == name),
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(env: &[(&str, &str)], user: &str) -> Inspected {
        Inspected {
            env: env
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect(),
            user: user.to_owned(),
            workdir: "/app".to_owned(),
            ..Inspected::default()
        }
    }

    fn differences(old: &str, new: &str, before: &Inspected, after: &Inspected) -> Vec<String> {
        Pair {
            old: &Dockerfile::parse(old),
            new: &Dockerfile::parse(new),
            before,
            after,
            ignored: &["CA".to_owned()],
            toolchain: Some("go"),
        }
        .differences()
    }

    #[test]
    fn the_authors_environment_stays_and_that_of_the_base_image_goes() {
        let old = "FROM golang:1.24\nENV A=1 CGO_ENABLED=0\n";
        let new = "FROM scratch\nENV A=1\nUSER 65532\n";
        let before = image(
            &[
                ("A", "1"),
                ("CGO_ENABLED", "0"),
                ("CA", "x"),
                ("GOPATH", "/go"),
                ("PATH", "/go/bin"),
            ],
            "",
        );
        let after = image(&[("A", "1"), ("PATH", "/bin")], "65532");
        assert!(differences(old, new, &before, &after).is_empty());
        let after = image(&[], "65532");
        assert_eq!(
            differences(old, new, &before, &after),
            ["ENV A=1 is lost", "ENV A is not set; `1` was predicted"]
        );
    }

    #[test]
    fn a_version_that_neither_base_image_has_is_no_difference() {
        let text = "FROM node:22.14.0-slim\n";
        let image = |version: &str| image(&[("NODE_VERSION", version)], "");
        let found = |before, after| {
            let mut all = differences(text, text, &image(before), &image(after));
            all.retain(|difference| difference.contains("NODE_VERSION"));
            all
        };
        assert!(found("22.14.1", "22.14.1").is_empty());
        assert_eq!(
            found("22.14.0", "22.14.1"),
            ["ENV NODE_VERSION is `22.14.1`; `22.14.0` was predicted"]
        );
    }

    #[test]
    fn what_must_be_the_same_is() {
        let before = image(&[], "1000");
        let mut after = image(&[], "65532");
        after.workdir = "/".to_owned();
        after.exposed = vec!["80/tcp".to_owned()];
        after.healthcheck = vec!["CMD".to_owned()];
        assert_eq!(
            differences("FROM a\n", "FROM b\n", &before, &after),
            [
                r#"WORKDIR is "/" instead of "/app""#,
                r#"EXPOSE is ["80/tcp"] instead of []"#,
                r#"USER is "65532" instead of "1000""#,
                r#"HEALTHCHECK is "there" instead of "not there""#
            ]
        );
    }
}
