//! Whether the file that runs is there. In: its path in the image. Out: the file of the build
//! context that it is, or that the build makes it, or why neither can be.

use super::client::Verb;
use super::project::{Project, join, request_of};
use super::{scripts, verdict};
use crate::dockerfile::contract::clean;
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::build::Build;
use crate::plan::layout::is_within;

/// Where the file that runs comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Artifact {
    /// From the build context, by its path there.
    Source(String),
    /// From a build step, or an installed package.
    Built,
}

/// Finds the file that `node path` runs, as Node resolves it.
pub(super) fn find(
    build: &Build<'_>,
    project: &Project,
    path: &str,
    line: usize,
) -> Result<Artifact, Decline> {
    for candidate in candidates(build, project, path) {
        if let Some(file) = build
            .context_path(&candidate)
            .filter(|file| build.context.is_file(file))
        {
            return Ok(Artifact::Source(file));
        }
    }
    let in_packages = path.split('/').any(|part| part == "node_modules");
    let written = build.commands().any(|(_, command)| match &command.action {
        Action::Write(paths) => paths.iter().any(|written| is_within(path, written)),
        _ => false,
    });
    if in_packages || written || !is_within(path, &project.root) {
        return if in_packages || written {
            Ok(Artifact::Built)
        } else {
            Err(missing(path, line))
        };
    }
    match outputs(build, project) {
        Outputs::Anywhere => Ok(Artifact::Built),
        Outputs::Below(directories)
            if directories
                .iter()
                .any(|directory| is_within(path, directory)) =>
        {
            Ok(Artifact::Built)
        }
        _ => Err(hidden(build, project, path, line).unwrap_or_else(|| missing(path, line))),
    }
}

/// Source: Node's documentation of its module resolution (`require`).
fn candidates(build: &Build<'_>, project: &Project, path: &str) -> Vec<String> {
    let mut candidates = vec![path.to_owned()];
    candidates.extend(["js", "json", "node"].map(|extension| format!("{path}.{extension}")));
    if path == project.app
        && let Some(main) = project.manifest.main()
    {
        let main = clean(&format!("{path}/{main}"));
        candidates.extend([format!("{main}.js"), format!("{main}/index.js")]);
        candidates.insert(0, main);
    }
    candidates.push(clean(&format!("{path}/index.js")));
    candidates.retain(|candidate| {
        build
            .context_path(candidate)
            .is_none_or(|file| !build.context.is_dir(&file))
    });
    candidates
}

/// Where the build puts what it makes.
enum Outputs {
    /// It makes nothing.
    Nowhere,
    /// Only compilers run whose output directories are known.
    Below(Vec<String>),
    /// It is not known where.
    Anywhere,
}

fn outputs(build: &Build<'_>, project: &Project) -> Outputs {
    let mut directories = Vec::new();
    let mut programs: Vec<(String, Vec<Option<String>>)> = Vec::new();
    for (_, command) in build.commands() {
        if command.action != Action::Build {
            continue;
        }
        let Some(request) = request_of(command) else {
            let name = command.program.clone().unwrap_or_default();
            programs.push((name, command.arguments.clone()));
            continue;
        };
        let script = match &request.verb {
            Verb::Run(script) if script == "test" => continue,
            Verb::Run(script) => script.clone(),
            Verb::Install | Verb::CleanInstall => match project.manifest.lifecycle() {
                Some(script) => script.to_owned(),
                None => continue,
            },
            Verb::Exec => {
                let mut words = request.operands.iter().cloned();
                let name = words.next().flatten().unwrap_or_default();
                programs.push((name, words.collect()));
                continue;
            }
            _ => continue,
        };
        let Ok(leaves) = scripts::follow_script(project, &script) else {
            return Outputs::Anywhere;
        };
        for leaf in leaves {
            programs.push((leaf.name().to_owned(), leaf.arguments().to_vec()));
        }
    }
    for (name, arguments) in programs {
        if matches!(
            name.as_str(),
            "eslint" | "prettier" | "jest" | "mocha" | "rimraf" | "husky"
        ) {
            continue;
        }
        let Some(directory) = compiler_output(build, project, &name, &arguments) else {
            return Outputs::Anywhere;
        };
        directories.push(directory);
    }
    if directories.is_empty() {
        Outputs::Nowhere
    } else {
        Outputs::Below(directories)
    }
}

/// The directories in which the build makes files; `None` where it is not known.
pub(super) fn made(build: &Build<'_>, project: &Project) -> Option<Vec<String>> {
    match outputs(build, project) {
        Outputs::Nowhere => Some(Vec::new()),
        Outputs::Below(directories) => Some(directories),
        Outputs::Anywhere => None,
    }
}

/// The output directory of the TypeScript compiler, as its own `tsconfig.json` names it. `None`
/// for other programs, and where it is not certain.
fn compiler_output(
    build: &Build<'_>,
    project: &Project,
    name: &str,
    arguments: &[Option<String>],
) -> Option<String> {
    let is_plain = arguments.iter().all(|argument| {
        matches!(
            argument.as_deref(),
            Some("-p" | "--project" | "." | "./" | "tsconfig.json" | "./tsconfig.json")
        )
    });
    if name != "tsc" || !is_plain || verdict::of(name, arguments) != verdict::Verdict::Builds {
        return None;
    }
    let text = build
        .context
        .read(&join(&project.source, "tsconfig.json"))?;
    let config: serde_json::Value = serde_json::from_str(text).ok()?;
    if config.get("extends").is_some() || config.get("references").is_some() {
        return None;
    }
    let directory = config.get("compilerOptions")?.get("outDir")?.as_str()?;
    Some(project.path(directory))
}

/// A file that the ignore file keeps out of the image.
fn hidden(build: &Build<'_>, project: &Project, path: &str, line: usize) -> Option<Decline> {
    let below = path.strip_prefix(&project.app)?.trim_start_matches('/');
    let names = [below.to_owned(), format!("{below}.js")];
    let file = names
        .iter()
        .map(|name| join(&project.source, name))
        .find(|file| build.context.is_hidden(file))?;
    let message =
        format!("`{file}`, which runs, is hidden by `.dockerignore`, and no step makes it");
    let hint = format!("add the exception `!{file}` to `.dockerignore`, or build it in a RUN");
    Some(
        Decline::new(Code::HiddenByDockerignore, message)
            .at(line)
            .hint(hint),
    )
}

fn missing(path: &str, line: usize) -> Decline {
    let message = format!("`{path}` runs, and no COPY brings it and no step makes it");
    let hint = "build it in a RUN instruction, for example `RUN npm run build`";
    Decline::new(Code::ArtifactNotFound, message)
        .at(line)
        .hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::node::{project, testing::with_build};

    fn get(run: &str, path: &str, files: &[(&str, &str)]) -> Result<Artifact, Code> {
        let text = format!(
            "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\n{run}\nCMD [\"node\", \"x\"]\n"
        );
        with_build(&text, files, |build| {
            let project = project::read(build, None).unwrap();
            find(build, &project, path, 6).map_err(|decline| decline.code)
        })
    }

    const BUILT: &str = r#"{"main":"lib","scripts":{"build":"tsc","bundle":"webpack"}}"#;

    #[test]
    fn files_are_found_as_node_finds_them() {
        let files = [("package.json", BUILT), ("lib/index.js", ""), ("www", "")];
        for path in ["/app", "/app/lib", "/app/lib/index", "/app/lib/index.js"] {
            let found = get("", path, &files);
            assert_eq!(found, Ok(Artifact::Source("lib/index.js".into())), "{path}");
        }
        assert_eq!(
            get("", "/app/www", &files),
            Ok(Artifact::Source("www".into()))
        );
        assert_eq!(get("", "/app/x.js", &files), Err(Code::ArtifactNotFound));
        assert_eq!(
            get("", "/app/node_modules/.bin/x", &files),
            Ok(Artifact::Built)
        );
    }

    #[test]
    fn builds_make_what_lies_below_their_output_directory() {
        let config = r#"{"compilerOptions":{"outDir":"./dist"}}"#;
        let files = [
            ("package.json", BUILT),
            ("tsconfig.json", config),
            ("src/a.ts", ""),
        ];
        assert_eq!(
            get("RUN npm run build", "/app/dist/a.js", &files),
            Ok(Artifact::Built)
        );
        assert_eq!(
            get("RUN npx tsc", "/app/dist/a.js", &files),
            Ok(Artifact::Built)
        );
        assert_eq!(
            get("RUN npm run build", "/app/out/a.js", &files),
            Err(Code::ArtifactNotFound)
        );
        assert_eq!(
            get("RUN npm run bundle", "/app/out/a.js", &files),
            Ok(Artifact::Built)
        );
        assert_eq!(
            get("RUN npm test", "/app/dist/a.js", &files),
            Err(Code::ArtifactNotFound)
        );
    }

    #[test]
    fn files_that_the_ignore_file_hides_are_named() {
        let files = [
            ("package.json", BUILT),
            ("dist/a.js", ""),
            (".dockerignore", "dist"),
        ];
        assert_eq!(
            get("", "/app/dist/a.js", &files),
            Err(Code::HiddenByDockerignore)
        );
    }
}
