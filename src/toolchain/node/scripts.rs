//! What starts, followed through npm, Yarn, package.json's scripts and programs that run others.
//! In: the commands of ENTRYPOINT and CMD. Out: the programs that run in the end.

use super::client::{self, Client, Request, Verb};
use super::project::Project;
use super::wrappers;
use crate::dockerfile::shell;
use crate::outcome::{Code, Decline};
use crate::plan::because::Because;
use crate::plan::entry::StartCommand;

/// A program that runs when the container starts.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    /// Program and arguments; `None` where a word hangs on the environment.
    pub(super) words: Vec<Option<String>>,
    /// The directory in which it runs.
    pub(super) directory: String,
    /// Where it stands.
    pub(super) because: Because,
    /// How it is reached.
    pub(super) via: Via,
}

/// How a program is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Via {
    /// The package manager that runs it; the program then sees `node_modules/.bin` first.
    pub(super) client: Option<Client>,
    /// Whether it is more than one plain command behind the package manager: hooks, variables,
    /// features of the shell.
    pub(super) shell: bool,
    /// Whether another program runs it (`tini`, `cross-env`).
    pub(super) wrapped: bool,
    /// Whether this is the program that runs another one.
    pub(super) wrapper: bool,
    /// The script of the manifest that it stands in.
    pub(super) script: Option<String>,
}

impl Leaf {
    /// The last part of the program's path.
    pub(super) fn name(&self) -> &str {
        let program = self.words.first().and_then(Option::as_deref);
        let program = program.unwrap_or_default();
        program.rsplit('/').next().unwrap_or(program)
    }

    /// The arguments.
    pub(super) fn arguments(&self) -> &[Option<String>] {
        self.words.get(1..).unwrap_or_default()
    }
}

/// How deep scripts that run scripts are followed, and how many programs are taken.
const MAX_DEPTH: usize = 8;
const MAX_LEAVES: usize = 200;

/// The programs that run in the end, in order.
pub(super) fn follow(commands: &[StartCommand], project: &Project) -> Result<Vec<Leaf>, Decline> {
    let mut follower = Follower {
        project,
        leaves: Vec::new(),
    };
    for command in commands {
        let leaf = Leaf {
            words: command.words.clone(),
            directory: command.directory.clone(),
            because: command.because.clone(),
            via: Via::default(),
        };
        follower.leaf(leaf, 0)?;
    }
    Ok(follower.leaves)
}

/// The programs that a script of the manifest runs in the end.
pub(super) fn follow_script(project: &Project, script: &str) -> Result<Vec<Leaf>, Decline> {
    follow_script_in(project, &project.app, script)
}

/// The programs that a script of the package in `directory` runs in the end.
pub(super) fn follow_script_in(
    project: &Project,
    directory: &str,
    script: &str,
) -> Result<Vec<Leaf>, Decline> {
    let words = ["npm", "run", script].map(|word| Some(word.to_owned()));
    let command = StartCommand {
        words: words.to_vec(),
        directory: directory.to_owned(),
        because: Because::fact(
            format!("the script `{script}`"),
            &project.manifest.evidence(script),
        ),
    };
    follow(&[command], project)
}

struct Follower<'f> {
    project: &'f Project,
    leaves: Vec<Leaf>,
}

impl Follower<'_> {
    fn leaf(&mut self, leaf: Leaf, depth: usize) -> Result<(), Decline> {
        if depth > MAX_DEPTH || self.leaves.len() > MAX_LEAVES {
            let message = "what starts runs too many scripts to be followed";
            return Err(Decline::new(Code::UnknownCommand, message));
        }
        let Some(program) = leaf.words.first().cloned().flatten() else {
            return if leaf.words.is_empty() {
                Ok(())
            } else {
                Err(unknown(&leaf, "a variable names the program"))
            };
        };
        if let Some(request) = client::read(&program, leaf.arguments()) {
            return self.request(leaf, &request, depth);
        }
        let name = leaf.name().to_owned();
        if let Some(inner) = wrappers::command(&name, leaf.arguments()) {
            let mut wrapper = leaf.clone();
            wrapper.via.wrapper = true;
            self.leaves.push(wrapper);
            if inner.is_empty() {
                return Ok(());
            }
            let mut leaf = Leaf {
                words: inner,
                ..leaf
            };
            leaf.via.wrapped = true;
            return self.leaf(leaf, depth + 1);
        }
        match name.as_str() {
            "concurrently" | "conc" => self.concurrent(leaf, depth),
            "run-s" | "run-p" | "npm-run-all" => self.several(leaf, depth),
            _ => {
                self.leaves.push(leaf);
                Ok(())
            }
        }
    }

    fn request(&mut self, mut leaf: Leaf, request: &Request, depth: usize) -> Result<(), Decline> {
        leaf.via.client = Some(request.client);
        if request
            .options
            .iter()
            .any(|(name, _)| matches!(name.as_str(), "-c" | "--call" | "-p" | "--package"))
        {
            return Err(unknown(&leaf, "an option leads elsewhere"));
        }
        if request.is_recursive() {
            return Err(unknown(&leaf, "it starts in several packages at once"));
        }
        let directory = request.elsewhere().map(|path| {
            crate::dockerfile::contract::clean(&if path.starts_with('/') {
                path.to_owned()
            } else {
                format!("{}/{path}", leaf.directory)
            })
        });
        let mut directory = directory.unwrap_or_else(|| leaf.directory.clone());
        let members = request.members();
        if !members.is_empty() {
            let member = match members.as_slice() {
                [Some(name)] => self.project.member(request.client, name, &directory),
                _ => None,
            };
            let member = member
                .ok_or_else(|| unknown(&leaf, "an option names no member of the workspace"))?;
            directory.clone_from(&member.directory);
        }
        match &request.verb {
            Verb::Run(name) => {
                leaf.directory = directory;
                self.script(leaf, request, name, depth)
            }
            Verb::Exec => {
                leaf.directory = directory;
                leaf.words.clone_from(&request.operands);
                if let Some(Some(first)) = leaf.words.first_mut() {
                    *first = super::binaries::package_of(first).to_owned();
                }
                leaf.via.shell = true;
                self.leaf(leaf, depth + 1)
            }
            _ => {
                self.leaves.push(leaf);
                Ok(())
            }
        }
    }

    /// `pre`, the script and `post`, as npm and Yarn 1 run them. Newer releases of Yarn, and some
    /// of pnpm, leave the hooks out: what they run is followed all the same.
    fn script(
        &mut self,
        leaf: Leaf,
        request: &Request,
        name: &str,
        depth: usize,
    ) -> Result<(), Decline> {
        let Some(manifest) = self.project.manifest_at(&leaf.directory) else {
            let directory = &leaf.directory;
            let what = format!("there is no package.json of the project in `{directory}`");
            return Err(unknown(&leaf, &what));
        };
        let Some(text) = manifest.script(name) else {
            return self.without_script(leaf, request, name, depth);
        };
        let hooks = [format!("pre{name}"), format!("post{name}")];
        let hooked = hooks.iter().any(|hook| manifest.script(hook).is_some());
        let mut leaf = leaf;
        leaf.via.shell |= hooked;
        let [before, after] = hooks;
        if let Some(text) = manifest.script(&before) {
            self.text(&leaf, &before, text, &[], depth)?;
        }
        self.text(&leaf, name, text, &request.operands, depth)?;
        if let Some(text) = manifest.script(&after) {
            self.text(&leaf, &after, text, &[], depth)?;
        }
        Ok(())
    }

    /// npm starts `server.js` where there is no start script; Yarn and pnpm run programs of
    /// packages.
    fn without_script(
        &mut self,
        mut leaf: Leaf,
        request: &Request,
        name: &str,
        depth: usize,
    ) -> Result<(), Decline> {
        let words = match (request.client, name) {
            (Client::Npm | Client::Pnpm, "start") => {
                vec!["node".to_owned(), "server.js".to_owned()]
            }
            (Client::Yarn | Client::Berry | Client::Pnpm, _) => vec![name.to_owned()],
            (Client::Npm, _) => {
                let message = format!("package.json has no script `{name}`");
                return Err(Decline::new(Code::ArtifactNotFound, message)
                    .hint("name a script that is there in CMD"));
            }
        };
        let words = words.into_iter().map(Some);
        leaf.words = words.chain(request.operands.iter().cloned()).collect();
        leaf.via.shell |= request.client != Client::Npm;
        self.leaf(leaf, depth + 1)
    }

    fn text(
        &mut self,
        from: &Leaf,
        name: &str,
        text: &str,
        extra: &[Option<String>],
        depth: usize,
    ) -> Result<(), Decline> {
        let manifest = self.project.manifest_at(&from.directory);
        let manifest = manifest.unwrap_or(&self.project.manifest);
        let because = Because::fact(format!("the script `{name}`"), &manifest.evidence(name));
        let script = shell::parse(text);
        if !script.understood {
            let message = format!("{} is not understood: `{text}`", because.sentence());
            return Err(Decline::new(Code::UnknownCommand, message));
        }
        let plain = script.commands.len() == 1
            && script.commands.iter().all(|command| {
                command.assignments.is_empty()
                    && command.redirects.is_empty()
                    && command.words.iter().all(|word| word.value().is_some())
            });
        let last = script.commands.len().saturating_sub(1);
        for (index, command) in script.commands.iter().enumerate() {
            let mut words: Vec<Option<String>> = command
                .words
                .iter()
                .map(|word| word.value().or_else(|| word.pattern()))
                .collect();
            if matches!(
                words.first().and_then(Option::as_deref),
                Some("cd" | "exit" | "export" | "set" | "echo" | "true" | "[" | "test")
            ) {
                continue;
            }
            if words.first().and_then(Option::as_deref) == Some("exec") {
                words.remove(0);
            }
            if index == last {
                words.extend(extra.iter().cloned());
            }
            let directory =
                command
                    .directory
                    .iter()
                    .try_fold(from.directory.clone(), |at, word| {
                        let to = word.value()?;
                        let path = if to.starts_with('/') {
                            to
                        } else {
                            format!("{at}/{to}")
                        };
                        Some(crate::dockerfile::contract::clean(&path))
                    });
            let leaf = Leaf {
                words,
                directory: directory
                    .ok_or_else(|| unknown(from, "a variable names the directory"))?,
                because: because.clone(),
                via: Via {
                    shell: from.via.shell || !plain,
                    script: Some(name.to_owned()),
                    ..from.via.clone()
                },
            };
            self.leaf(leaf, depth + 1)?;
        }
        Ok(())
    }

    /// `concurrently "npm:a" "node b.js"`: each argument is a shell text.
    fn concurrent(&mut self, leaf: Leaf, depth: usize) -> Result<(), Decline> {
        let mut from = leaf.clone();
        from.via.shell = true;
        let texts: Vec<String> = leaf.arguments().iter().flatten().cloned().collect();
        self.leaves.push(Leaf {
            via: Via {
                wrapper: true,
                ..leaf.via.clone()
            },
            ..leaf
        });
        for text in texts.iter().filter(|text| !text.starts_with('-')) {
            let text = match text.strip_prefix("npm:") {
                Some(script) => format!("npm run {script}"),
                None => text.clone(),
            };
            self.text(&from, "concurrently", &text, &[], depth + 1)?;
        }
        Ok(())
    }

    /// `run-s a b`: each argument names a script.
    fn several(&mut self, leaf: Leaf, depth: usize) -> Result<(), Decline> {
        let mut from = leaf.clone();
        from.via.shell = true;
        let names: Vec<String> = leaf.arguments().iter().flatten().cloned().collect();
        self.leaves.push(Leaf {
            via: Via {
                wrapper: true,
                ..leaf.via.clone()
            },
            ..leaf
        });
        for name in names.iter().filter(|name| !name.starts_with('-')) {
            let words = ["npm", "run", name.as_str()].map(|word| Some(word.to_owned()));
            let leaf = Leaf {
                words: words.to_vec(),
                ..from.clone()
            };
            self.leaf(leaf, depth + 1)?;
        }
        Ok(())
    }
}

fn unknown(leaf: &Leaf, what: &str) -> Decline {
    let message = format!(
        "what starts cannot be followed: {what}; {}",
        leaf.because.sentence()
    );
    Decline::new(Code::UnknownCommand, message)
}

#[cfg(test)]
mod tests;
