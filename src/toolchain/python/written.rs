//! Places that the project's sources write to. In: their calls. Out: directories that the user must be able
//! to write to, or why only root will do.

use crate::plan::analysis::{Need, Needs};
use crate::plan::because::Because;
use crate::plan::layout::is_within;
use crate::project::evidence::Fact;
use crate::project::source::{Arg, Call};

/// The absolute path that a call writes to.
pub(super) fn path(call: &Call) -> Option<(&str, &'static str)> {
    let first = call.args.first().and_then(|arg| match arg {
        Arg::Text(text) => Some(text.as_str()),
        // What is made of an open text lies somewhere below its last whole directory.
        Arg::Prefix(text) => text.get(..=text.rfind('/')?),
        _ => None,
    });
    let named = |name: &str| call.keyword(name).and_then(Arg::text);
    let mode = call.text(1).or_else(|| named("mode"));
    let writes = mode.is_some_and(|mode| mode.contains(['w', 'a', 'x', '+']));
    match call.function() {
        "open" if writes => first.map(|path| (path, "a file that it writes")),
        "makedirs" | "mkdir" if first.is_some() => {
            first.map(|path| (path, "a directory that it makes"))
        }
        "mkdir" | "write_text" | "write_bytes" | "touch" => {
            let base = call.base.first().and_then(Arg::text);
            let rule = match call.function() {
                "mkdir" => "a directory that it makes",
                _ => "a file that it writes",
            };
            base.map(|path| (path, rule))
        }
        "FileHandler"
        | "RotatingFileHandler"
        | "TimedRotatingFileHandler"
        | "WatchedFileHandler" => first
            .or_else(|| named("filename"))
            .map(|path| (path, "a log file")),
        "basicConfig" => named("filename").map(|path| (path, "a log file")),
        "connect" if call.callee.contains("sqlite") => first
            .or_else(|| named("database"))
            .map(|path| (path, "a SQLite database")),
        "copy" | "copyfile" | "copytree" | "move" if call.callee.starts_with("shutil") => {
            call.text(1).map(|path| (path, "a file that it copies"))
        }
        _ => None,
    }
}

/// The file of `sqlite:////data/x.db`. Source: `SQLAlchemy`'s documentation of its database URLs.
pub(super) fn sqlite_path(text: &str) -> Option<&str> {
    let (scheme, path) = text.split_once(":///")?;
    (scheme.starts_with("sqlite") && path.starts_with('/')).then_some(path)
}

/// The database keeps its journal beside the database.
pub(super) fn database_directory(path: &str) -> &str {
    path.rsplit_once('/')
        .map(|(directory, _)| directory)
        .filter(|directory| !directory.is_empty())
        .unwrap_or(path)
}

/// The path itself, but for a file whose name does not tell it from a directory (`/data/LOCK`): the
/// directory that it lies in.
fn directory_of_plain<'p>(path: &'p str, rule: &str) -> &'p str {
    let is_directory = path.ends_with('/') || rule.contains("directory");
    let path = path.trim_end_matches('/');
    match path.rsplit_once('/') {
        Some((directory, name)) if !is_directory && !name.contains('.') => match directory {
            "" => "/",
            directory => directory,
        },
        _ => path,
    }
}

/// Takes in that something is written at `path`, as `rule` says.
pub(super) fn write<T>(
    needs: &mut Needs,
    path: &str,
    rule: &str,
    fact: &Fact<T>,
    directories: &[String],
) {
    let path = match rule {
        rule if rule.contains("SQLite") => database_directory(path),
        _ => directory_of_plain(path, rule),
    };
    push(
        needs,
        path,
        Because::fact(rule, &fact.evidence),
        directories,
    );
}

/// Takes in that the user must be able to write to `path`, unless it lies in the application's own
/// directories.
pub(super) fn push(needs: &mut Needs, path: &str, because: Because, directories: &[String]) {
    if path == "/" {
        needs.root.get_or_insert(because);
        return;
    }
    if !path.starts_with('/') {
        return;
    }
    let path = crate::dockerfile::contract::clean(path);
    let elsewhere = ["/tmp", "/dev", "/var/tmp"]
        .iter()
        .any(|at| is_within(&path, at));
    if elsewhere
        || directories
            .iter()
            .any(|directory| is_within(&path, directory))
    {
        return;
    }
    if ["/etc", "/proc", "/sys", "/usr", "/boot"]
        .iter()
        .any(|at| is_within(&path, at))
    {
        needs.root.get_or_insert_with(|| because.clone());
    }
    if !needs.writes.iter().any(|need| need.value == path) {
        needs.writes.push(Need::new(path, because));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Project;
    use super::*;

    fn needs(source: &str) -> Needs {
        let text = "FROM python:3.12\nWORKDIR /app\nCOPY a.py .\nCMD [\"python\", \"a.py\"]\n";
        let analysis = Project::new(text, &[("a.py", source)]).analyse();
        analysis.unwrap().needs
    }

    #[test]
    fn places_that_are_written_to() {
        let writes = |source: &str| -> Vec<String> {
            needs(source)
                .writes
                .into_iter()
                .map(|need| need.value)
                .collect()
        };
        for (source, path) in [
            ("open('/data/x.log', 'w')", "/data/x.log"),
            (
                "import os\nos.makedirs('/var/lib/x', exist_ok=True)",
                "/var/lib/x",
            ),
            ("Path('/data').mkdir()", "/data"),
            ("import sqlite3\nsqlite3.connect('/db/a.sqlite')", "/db"),
            ("create_engine('sqlite:////db/a.sqlite')", "/db"),
            ("open('/data/LOCK', 'w')", "/data"),
            ("open(f'/data/img-{n}', 'w')", "/data"),
            ("Path('/data/LOCK').touch()", "/data"),
            ("Path('/data/v1').mkdir()", "/data/v1"),
            (
                "import logging\nlogging.FileHandler('/logs/a.log')",
                "/logs/a.log",
            ),
        ] {
            assert_eq!(writes(source), [path], "{source}");
        }
        for source in [
            "open('/data/x.log')",
            "open('/tmp/x', 'w')",
            "open('/app/x', 'w')",
            "open('x', 'w')",
        ] {
            assert!(writes(source).is_empty(), "{source}");
        }
    }
}
