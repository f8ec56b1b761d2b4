//! Scripts of the project that the build runs (`RUN python fetch.py`): what they leave outside of
//! the application's directory. In: a build. Out: a decline for those that install packages, and
//! the directories of caches where they may have filled those.

use super::calls;
use super::commands::{Tool, tool};
use super::needs;
use crate::outcome::{Code, Decline};
use crate::plan::analysis::Payload;
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};
use crate::plan::user::is_root;
use crate::project::source::{self, Language, ProjectScan, Sieve, Vendor};

/// The scripts that the build runs: each command with the file in the build context, where it is
/// known.
fn run_by<'b>(build: &'b Build<'_>) -> impl Iterator<Item = (&'b RunCommand, Option<String>)> {
    build.commands().filter_map(|(_, command)| {
        let file = |path: &str| {
            command
                .absolute(path)
                .and_then(|path| build.context_path(&path))
        };
        let found = match tool(command)? {
            Tool::Script(path) => path.and_then(file),
            // A script of that name which is no package's.
            Tool::Setup(path, None) => file(path),
            Tool::Module(module) => file(&format!("{}.py", module.replace('.', "/"))),
            Tool::Django(Some(name)) => Some(custom(build, name)?),
            _ => return None,
        };
        Some((command, found))
    })
}

/// The file of a command that an application of the project adds to Django's.
/// Source: Django's documentation, "How to create custom django-admin commands".
fn custom(build: &Build<'_>, name: &str) -> Option<String> {
    let end = format!("management/commands/{name}.py");
    let mut files = build.context.files();
    files.find(|file| file.ends_with(&end)).map(str::to_owned)
}

/// Declines a build whose scripts install packages: where those go is not seen.
pub(super) fn check(build: &Build<'_>) -> Result<(), Decline> {
    for (command, file) in run_by(build) {
        let Some(file) = file else { continue };
        let sieve = Sieve::of(["pip"]);
        let languages = [Language::Python];
        let is_it = |path: &str| path == file;
        let scan = source::scan_all(build.context, &languages, Vendor::With, &sieve, is_it);
        let mut imports = scan.imports();
        if calls::installs(&scan) || imports.any(|import| import.value.top() == "pip") {
            let message = format!("`{}` installs packages by a script", command.display());
            return Err(Decline::new(Code::UnsupportedProject, message)
                .at(command.line)
                .hint("install them with `pip install -r requirements.txt` in the Dockerfile"));
        }
    }
    Ok(())
}

/// Variables that name where libraries keep what they fetch, in place of the home directory.
/// Sources: the documentation of `huggingface_hub`, `transformers`, `sentence-transformers`, `PyTorch`, and
/// the XDG Base Directory Specification.
const CACHES: [&str; 7] = [
    "HF_HOME",
    "HF_HUB_CACHE",
    "HUGGINGFACE_HUB_CACHE",
    "TRANSFORMERS_CACHE",
    "SENTENCE_TRANSFORMERS_HOME",
    "TORCH_HOME",
    "XDG_CACHE_HOME",
];

/// The directories that hold what libraries fetched during the build: root's home, and those that
/// variables name instead.
pub(super) fn caches(build: &Build<'_>, scan: &ProjectScan) -> Vec<Payload> {
    let Some(because) = filled_home(build, scan) else {
        return Vec::new();
    };
    let named = build.end.contract.env.iter();
    let named = named.filter(|(name, _)| CACHES.contains(&name.as_str()));
    let named = named.filter_map(|(_, value)| build.end.absolute(value.as_deref()?));
    let mut paths: Vec<String> = named.chain(["/root".to_owned()]).collect();
    paths.sort();
    paths.dedup();
    let payload = |path| Payload {
        path,
        is_dir: true,
        writable: true,
        because: because.clone(),
    };
    paths.into_iter().map(payload).collect()
}

/// A script that knows the home directory, or uses a library that keeps data there, may have filled
/// it.
fn filled_home(build: &Build<'_>, scan: &ProjectScan) -> Option<Because> {
    let is_home =
        |call: &source::Call| call.callee.ends_with("Path.home") || call.function() == "expanduser";
    let rule = |script: &RunCommand| {
        let rule = format!(
            "`{}` may have filled root's home directory",
            script.display()
        );
        Because::line(rule, script.line)
    };
    let mut commands = build.commands().map(|(_, command)| command);
    let fetches =
        |command: &&RunCommand| is_root(&command.user) && tool(command) == Some(Tool::Fetch);
    if let Some(command) = commands.find(fetches) {
        return Some(rule(command));
    }
    let mut scripts = run_by(build).filter(|(script, _)| is_root(&script.user));
    scripts.find_map(|(script, file)| {
        let home = scan.calls().find(|call| is_home(call.value));
        let home = home.map(|call| call.evidence);
        let is_of_script = |path: &str| file.as_deref().is_none_or(|file| file == path);
        let mut imports = scan.imports();
        let library = || {
            let import = imports.find(|import| {
                let keeps = needs::AT_HOME.contains(&import.value.top());
                keeps && is_of_script(&import.evidence.path)
            });
            import.map(|import| import.evidence)
        };
        let evidence = home.or_else(library)?;
        Some(rule(script).and(evidence.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::Project;
    use super::*;

    /// Whether the home directory travels; the decline's code.
    fn home(script: &str, run: &str) -> Result<bool, Code> {
        let text = format!(
            "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install flask\nRUN {run}\nCMD [\"python\", \"app.py\"]\n"
        );
        let files = [
            ("app.py", ""),
            ("fetch.py", script),
            ("x/management/commands/warm.py", script),
        ];
        let analysis = Project::new(&text, &files).analyse();
        let analysis = analysis.map_err(|decline| decline.code)?;
        Ok(analysis
            .payload
            .iter()
            .any(|payload| payload.path == "/root"))
    }

    #[test]
    fn what_a_script_may_have_put_at_home_travels() {
        for (script, run, expected) in [
            (
                "",
                "python -c \"from transformers import A; A.from_pretrained('x')\"",
                true,
            ),
            (
                "from pathlib import Path\n(Path.home() / 'x').mkdir()\n",
                "python fetch.py",
                true,
            ),
            (
                "import nltk\nnltk.download('punkt')\n",
                "python fetch.py",
                true,
            ),
            (
                "import nltk\nnltk.download('punkt')\n",
                "python -m fetch",
                true,
            ),
            (
                "import nltk\nnltk.download('punkt')\n",
                "python manage.py warm",
                true,
            ),
            (
                "import nltk\nnltk.download('punkt')\n",
                "python manage.py migrate",
                false,
            ),
            (
                "import json\nopen('x', 'w').write('')\n",
                "python fetch.py",
                false,
            ),
        ] {
            assert_eq!(home(script, run), Ok(expected), "{run}: {script}");
        }
    }

    #[test]
    fn a_script_that_installs_packages_is_declined() {
        for script in [
            "from pip import main\nmain(['install', 'x'])\n",
            "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'install', 'x'])\n",
            "import os\nos.system('pip install x')\n",
        ] {
            assert_eq!(
                home(script, "python fetch.py"),
                Err(Code::UnsupportedProject)
            );
        }
    }
}
