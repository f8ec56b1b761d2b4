//! What can be chosen in several places, on the command line and in a configuration file: each
//! choice made or not, and what they come to when one set is laid over another.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::options::{Cache, ImageMap, Options, Runtime, User};

/// Choices, those that were made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// What the final stage stands on.
    pub runtime: Option<Runtime>,
    /// What it stands on for a toolchain, by its name.
    pub runtimes: BTreeMap<String, Runtime>,
    /// Whom it runs as.
    pub user: Option<User>,
    /// The build context: absolute.
    pub context: Option<PathBuf>,
    /// The toolchains whose Dockerfiles are rewritten, by their names.
    pub toolchains: Option<Vec<String>>,
    /// Whether what only BuildKit has is used.
    pub buildkit: Option<bool>,
    /// Where dependencies are kept between builds.
    pub cache: Option<Cache>,
    /// Whether programs are built without debug information.
    pub strip: Option<bool>,
    /// Whether a file that gains nothing by a second stage is made better in its one stage.
    pub harden: Option<bool>,
    /// Whether builds take tokens from secret mounts.
    pub secrets: Option<bool>,
}

impl Choices {
    /// Lays `over` over these choices: what was chosen there wins.
    pub fn take(&mut self, over: &Choices) {
        if over.runtime.is_some() {
            self.runtime = over.runtime;
            // It says "all of these", whatever their toolchain.
            self.runtimes.clear();
        }
        self.runtimes.extend(over.runtimes.clone());
        self.user = over.user.or(self.user);
        self.buildkit = over.buildkit.or(self.buildkit);
        self.cache = over.cache.or(self.cache);
        self.strip = over.strip.or(self.strip);
        self.harden = over.harden.or(self.harden);
        self.secrets = over.secrets.or(self.secrets);
        if over.context.is_some() {
            self.context.clone_from(&over.context);
        }
        if over.toolchains.is_some() {
            self.toolchains.clone_from(&over.toolchains);
        }
    }

    /// The options that these choices come to, defaults for the rest.
    pub fn options(&self, images: ImageMap) -> Options {
        let default = Options::default();
        Options {
            runtime: self.runtime.unwrap_or(default.runtime),
            runtimes: self.runtimes.clone(),
            user: self.user.unwrap_or(default.user),
            buildkit: self.buildkit.unwrap_or(default.buildkit),
            cache: self.cache.unwrap_or(default.cache),
            strip: self.strip.unwrap_or(default.strip),
            harden: self.harden.unwrap_or(default.harden),
            secrets: self.secrets.unwrap_or(default.secrets),
            toolchains: self.toolchains.clone().unwrap_or_default(),
            images,
            ..default
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_choices_come_to_the_defaults() {
        let options = Choices::default().options(ImageMap::default());
        assert_eq!(options, Options::default());
    }

    #[test]
    fn what_is_laid_over_wins_where_it_says_something() {
        let mut choices = Choices {
            runtime: Some(Runtime::Slim),
            runtimes: [("go".to_owned(), Runtime::Scratch)].into(),
            user: Some(User::Keep),
            ..Choices::default()
        };
        let node = Choices {
            runtimes: [("node".to_owned(), Runtime::Alpine)].into(),
            buildkit: Some(false),
            ..Choices::default()
        };
        choices.take(&node);
        let options = choices.options(ImageMap::default());
        assert_eq!(options.runtime_of("go"), Runtime::Scratch);
        assert_eq!(options.runtime_of("node"), Runtime::Alpine);
        assert_eq!(options.runtime_of("rust"), Runtime::Slim);
        assert_eq!((options.user, options.buildkit), (User::Keep, false));
        choices.take(&Choices {
            runtime: Some(Runtime::Auto),
            ..Choices::default()
        });
        assert_eq!(
            choices.options(ImageMap::default()).runtime_of("go"),
            Runtime::Auto
        );
    }
}
