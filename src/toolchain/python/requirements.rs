//! Requirements files. In: the files that a pip command names. Out: the distributions in them and in
//! all files that they include, and which files of the build context those are.

use super::manager::{Groups, Manager, Roots};
use super::pip::Install;
use super::requirement::{self, Line, Requirement};
use crate::dockerfile::contract::clean;
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::build::{Build, RunCommand};
use crate::plan::layout::is_within;
use crate::project::evidence::Evidence;

/// A distribution and where it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// The distribution.
    pub(super) requirement: Requirement,
    /// `path:line`, or `line N` of the Dockerfile.
    pub(super) place: String,
}

impl Named {
    /// Named in the Dockerfile itself.
    pub(super) fn at_line(requirement: Requirement, line: usize) -> Self {
        Self {
            requirement,
            place: format!("line {line}"),
        }
    }

    /// Named in a file of the build context.
    pub(super) fn in_file(requirement: Requirement, path: &str, line: Option<u32>) -> Self {
        let evidence = match line {
            Some(line) => Evidence::line(path, line),
            None => Evidence::file(path),
        };
        Self {
            requirement,
            place: evidence.to_string(),
        }
    }
}

/// What the files of one pip command say together.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// The files, in the order in which they are read.
    pub(super) files: Vec<String>,
    /// The distributions in them.
    pub(super) named: Vec<Named>,
    /// Local projects in them, with whether they are editable; absolute where pip takes them from
    /// the directory of the command.
    pub(super) paths: Vec<(String, bool)>,
    /// The values of `--no-binary`.
    pub(super) no_binary: Vec<String>,
    /// Whether one of the files is made by the build.
    pub(super) is_made: bool,
    /// Whether distributions are taken from a directory of the build context.
    pub(super) has_local_links: bool,
}

/// A requirements file that the build writes.
#[derive(Debug, Clone)]
pub(super) struct Export {
    /// Its path in the image.
    pub(super) path: String,
    /// The distributions in it.
    pub(super) named: Vec<Named>,
}

/// How many files one command may read.
const MAX_FILES: usize = 64;

/// Reads the files that `install` names, and what they include.
pub(super) fn chain(
    build: &Build<'_>,
    command: &RunCommand,
    install: &Install,
    exports: &[Export],
) -> Result<Chain, Decline> {
    let mut reader = Reader {
        build,
        command,
        exports,
        chain: Chain::default(),
    };
    for (file, is_constraint) in install
        .files
        .iter()
        .map(|file| (file, false))
        .chain(install.constraints.iter().map(|file| (file, true)))
    {
        let path = command
            .absolute(file)
            .ok_or_else(|| reader.unresolved(file))?;
        reader.file(&path, file, is_constraint, None)?;
    }
    Ok(reader.chain)
}

struct Reader<'r, 'a> {
    build: &'r Build<'a>,
    command: &'r RunCommand,
    exports: &'r [Export],
    chain: Chain,
}

impl Reader<'_, '_> {
    fn unresolved(&self, file: &str) -> Decline {
        let message = format!("where `{file}` lies hangs on a variable whose value is unknown");
        Decline::new(Code::UnresolvedVariable, message).at(self.command.line)
    }

    fn file(
        &mut self,
        path: &str,
        written: &str,
        is_constraint: bool,
        from: Option<&str>,
    ) -> Result<(), Decline> {
        if written.contains("://") {
            let message =
                format!("requirements come from `{written}`, and what is there is not known");
            return Err(Decline::new(Code::UnsupportedProject, message).at(self.command.line));
        }
        if let Some(export) = self.exports.iter().rev().find(|export| export.path == path) {
            self.chain.named.extend(export.named.iter().cloned());
            self.chain.is_made = true;
            return Ok(());
        }
        let Some(file) = self
            .build
            .context_path(path)
            .filter(|file| self.build.context.is_file(file))
        else {
            return Err(self.missing(path, written, from));
        };
        if self.chain.files.contains(&file) || self.chain.files.len() >= MAX_FILES {
            return Ok(());
        }
        let Some(text) = self.build.context.read(&file) else {
            let message = format!("`{file}` is no text in UTF-8");
            return Err(Decline::new(Code::UnsupportedProject, message).at(self.command.line));
        };
        self.chain.files.push(file.clone());
        if file.ends_with("pyproject.toml") {
            return self.pyproject(&file, text);
        }
        let directory = path
            .rsplit_once('/')
            .map_or("/", |(directory, _)| directory);
        for (line, says) in requirement::lines(text) {
            match says {
                Line::Requirement(found) => self.requirement(found, &file, line, is_constraint),
                Line::Editable(project) => self.chain.paths.push((project, true)),
                Line::Include(other) => {
                    let path = relative(directory, &other);
                    self.file(&path, &other, is_constraint, Some(&file))?;
                }
                Line::Constraint(other) => {
                    let path = relative(directory, &other);
                    self.file(&path, &other, true, Some(&file))?;
                }
                Line::NoBinary(names) => self.chain.no_binary.push(names),
                Line::FindLinks(place) => self.chain.has_local_links |= !place.starts_with("http"),
                Line::Nothing => {}
            }
        }
        Ok(())
    }

    fn requirement(&mut self, found: Requirement, file: &str, line: u32, is_constraint: bool) {
        // A constraint only says which version, should something install it.
        if is_constraint {
            return;
        }
        if let Some(path) = &found.path {
            self.chain.paths.push((path.clone(), false));
        }
        if !found.name.is_empty() {
            self.chain
                .named
                .push(Named::in_file(found, file, Some(line)));
        }
    }

    /// uv takes the dependencies of a project from its manifest. Which extras are chosen decides
    /// nothing here: all of them are counted in.
    fn pyproject(&mut self, file: &str, text: &str) -> Result<(), Decline> {
        let groups = Groups {
            no_dev: true,
            all: true,
            ..Groups::default()
        };
        let Some(roots) = Roots::read(Manager::Uv, text, &groups) else {
            let message = format!("`{file}` is no TOML");
            return Err(Decline::new(Code::UnsupportedProject, message).at(self.command.line));
        };
        let named = roots.requirements.into_iter();
        self.chain
            .named
            .extend(named.map(|found| Named::in_file(found, file, None)));
        self.chain.paths.extend(roots.locals);
        Ok(())
    }

    fn missing(&self, path: &str, written: &str, from: Option<&str>) -> Decline {
        let line = self.command.line;
        if let Some(hidden) = hidden(self.build, path) {
            let message = format!("`{hidden}` is hidden by `.dockerignore`");
            let hint = format!("add `!{hidden}` to the ignore file");
            return Decline::new(Code::HiddenByDockerignore, message)
                .at(line)
                .hint(hint);
        }
        let made = self
            .build
            .commands()
            .any(|(_, command)| match &command.action {
                Action::Write(paths) => paths.iter().any(|known| is_within(path, known)),
                _ => false,
            });
        if made {
            let message =
                format!("`{written}` is made by the build, and what it lists is not known");
            return Decline::new(Code::UnsupportedProject, message)
                .at(line)
                .hint("a file of the build context can be read");
        }
        let by = from
            .map(|from| format!(", which `{from}` includes,"))
            .unwrap_or_default();
        let message = format!("`{written}`{by} is not in the build context");
        let hint = "name the folder that it is built from with `--context DIR`";
        Decline::new(Code::MissingManifest, message)
            .at(line)
            .hint(hint)
    }
}

/// The path of the build context that an image path would have come from, had the ignore file not
/// hidden it.
fn hidden(build: &Build<'_>, path: &str) -> Option<String> {
    build.layout.entries.iter().rev().find_map(|entry| {
        let root = entry.destination.trim_end_matches('/');
        let rest = path.strip_prefix(root)?.strip_prefix('/')?;
        let source = match entry.source.as_str() {
            "" => rest.to_owned(),
            source => format!("{source}/{rest}"),
        };
        (entry.is_dir && build.context.is_hidden(&source)).then_some(source)
    })
}

/// Files are included relative to the file that includes them.
fn relative(directory: &str, file: &str) -> String {
    if file.starts_with('/') {
        clean(file)
    } else {
        clean(&format!("{directory}/{file}"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::installs;
    use super::super::testing::Project;
    use super::*;

    const DOCKERFILE: &str =
        "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r req/prod.txt -c c.txt\n";

    fn read(files: &[(&str, &str)]) -> Result<(Vec<String>, Vec<String>), Code> {
        Project::new(DOCKERFILE, files).build(|build| {
            let installs = installs::read(build).map_err(|decline| decline.code)?;
            let names = installs
                .named
                .iter()
                .map(|named| named.requirement.name.clone())
                .collect();
            Ok((installs.runs[0].files.clone(), names))
        })
    }

    #[test]
    fn a_chain_is_followed_from_where_each_file_lies() {
        let found = read(&[
            ("c.txt", "pinned==1\n"),
            ("req/prod.txt", "-r base.txt\n-r more/x.txt\nprod\n"),
            ("req/base.txt", "base\n-r prod.txt\n"),
            ("req/more/x.txt", "-c ../../c.txt\nextra\n"),
        ]);
        let (files, names) = found.unwrap();
        assert_eq!(
            files,
            ["req/prod.txt", "req/base.txt", "req/more/x.txt", "c.txt"]
        );
        assert_eq!(names, ["base", "extra", "prod"]);
    }

    #[test]
    fn a_missing_link_says_why() {
        assert_eq!(
            read(&[("req/prod.txt", "-r no.txt\n"), ("c.txt", "")]),
            Err(Code::MissingManifest)
        );
        let hidden = [
            (".dockerignore", "req/*.txt\n"),
            ("req/prod.txt", "x\n"),
            ("c.txt", ""),
            ("req/a.py", ""),
        ];
        assert_eq!(read(&hidden), Err(Code::HiddenByDockerignore));
    }
}
