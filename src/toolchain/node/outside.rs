//! Builds that write outside of the application's directory. In: the build and its project. Out: a
//! decline where a build command names such a path: what it puts there would be lost.

use super::client::Verb;
use super::project::{Project, request_of};
use super::scripts;
use crate::dockerfile::contract::clean;
use crate::dockerfile::shell;
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::build::{Build, RunCommand};
use crate::plan::layout::is_within;

/// Looks at every build command, and at the scripts that it runs.
pub(super) fn check(build: &Build<'_>, project: &Project) -> Result<(), Decline> {
    for (_, command) in build.commands() {
        if command.action != Action::Build {
            continue;
        }
        let found =
            by_words(build, project, command).or_else(|| by_script(build, project, command));
        if let Some(path) = found {
            let name = command.display();
            let message = format!("`{name}` works on `{path}`, outside of `{}`", project.root);
            return Err(Decline::new(Code::UnknownCommand, message)
                .at(command.line)
                .hint("write into the application's directory, and copy from there in the RUN instruction itself"));
        }
    }
    Ok(())
}

fn by_words(build: &Build<'_>, project: &Project, command: &RunCommand) -> Option<String> {
    let directory = command.directory.as_deref().unwrap_or(&project.app);
    command
        .known_arguments()
        .find_map(|word| outside(build, project, directory, word))
}

/// The scripts of the manifest that a command runs, with all their words and redirections.
fn by_script(build: &Build<'_>, project: &Project, command: &RunCommand) -> Option<String> {
    let script = match request_of(command)?.verb {
        Verb::Run(script) => script,
        Verb::Install | Verb::CleanInstall => project.manifest.lifecycle()?.to_owned(),
        _ => return None,
    };
    let leaves = scripts::follow_script(project, &script).ok()?;
    let mut names: Vec<String> = leaves
        .into_iter()
        .filter_map(|leaf| leaf.via.script)
        .collect();
    names.push(script);
    names.dedup();
    names.iter().find_map(|name| {
        let parsed = shell::parse(project.manifest.script(name)?);
        parsed.commands.iter().find_map(|command| {
            let targets = command.redirects.iter().map(|redirect| &redirect.target);
            let words = command.words.iter().skip(1).chain(targets);
            let directory = directory_of(&project.app, command)?;
            let mut texts = words.filter_map(shell::Word::pattern);
            texts.find_map(|word| outside(build, project, &directory, &word))
        })
    })
}

fn directory_of(app: &str, command: &shell::Command) -> Option<String> {
    command
        .directory
        .iter()
        .try_fold(app.to_owned(), |at, word| {
            let to = word.value()?;
            let is_absolute = to.starts_with('/');
            Some(clean(&if is_absolute {
                to
            } else {
                format!("{at}/{to}")
            }))
        })
}

/// The path in a word (`x`, `--out=x`), if it leads out of the application.
fn outside(build: &Build<'_>, project: &Project, directory: &str, word: &str) -> Option<String> {
    let value = match word.split_once('=') {
        Some((name, value)) if name.starts_with('-') => value,
        _ => word,
    };
    let leads_up = value == ".." || value.starts_with("../") || value.contains("/../");
    let path = if value.starts_with('/') {
        clean(value)
    } else if leads_up {
        clean(&format!("{directory}/{value}"))
    } else {
        return None;
    };
    let throwaway = ["/tmp", "/dev", "/proc"]
        .iter()
        .any(|own| is_within(&path, own));
    let is_there = build.context_path(&path).is_some();
    // `/api` in `--base=/api` is an address: a path has a directory of the system above it.
    let first = path.split('/').nth(1).unwrap_or_default();
    let rooted = leads_up
        || [
            "app", "bin", "data", "etc", "home", "lib", "mnt", "opt", "root", "sbin", "srv", "usr",
            "var", "www",
        ]
        .contains(&first);
    let elsewhere = !project.holds(&path) && path != "/";
    (elsewhere && rooted && !throwaway && !is_there).then_some(path)
}

#[cfg(test)]
mod tests {
    use crate::outcome::Code;
    use crate::toolchain::node::testing::analyse;

    fn code(run: &str, script: &str) -> Option<Code> {
        let text = format!(
            "FROM node:22\nWORKDIR /app/web\nCOPY . .\nRUN npm ci\nRUN {run}\nCMD [\"node\", \"a.js\"]\n"
        );
        let manifest = format!(r#"{{"scripts":{{"build":"{script}"}}}}"#);
        let files = [("package.json", manifest.as_str()), ("a.js", "")];
        analyse(&text, &files).err().map(|decline| decline.code)
    }

    #[test]
    fn builds_that_write_elsewhere_are_declined() {
        for (run, script) in [
            ("npm run build", "vite build --outDir /usr/share/nginx/html"),
            ("npm run build", "vite build --outDir=../server/public"),
            ("npm run build", "tsc && cp -r dist ../api"),
            ("npm run build", "node gen.js > /etc/x.conf"),
            ("npx tsc --outDir /srv/out", ""),
        ] {
            assert_eq!(
                code(run, script),
                Some(Code::UnknownCommand),
                "{run}: {script}"
            );
        }
    }

    #[test]
    fn builds_within_the_application_are_fine() {
        for (run, script) in [
            ("npm run build", "vite build --base=/assets/ --outDir dist"),
            ("npm run build", "node gen.js > /dev/null"),
            ("npm run build -- --out /app/web/x", "tsc"),
            ("npm run build", "cd src && cp ../a.js b.js"),
        ] {
            assert_eq!(code(run, script), None, "{run}: {script}");
        }
    }
}
