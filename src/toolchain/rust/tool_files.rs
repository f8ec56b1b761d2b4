//! Files that programs of others read when they start beside the project's own (`diesel migration
//! run`). In: what starts. Out: the files of the project that go along for them, and what they
//! write.

use toml::{Table, Value};

use super::program::Found;
use crate::dockerfile::contract::clean;
use crate::plan::analysis::{Need, Needs, Payload};
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::entry::{Entry, StartCommand};
use crate::plan::layout::is_within;
use crate::toolchain::compiled::tree::{file_name, parent};

/// Files and directories of a project that a tool looks for, by its program's name. `diesel` takes
/// the nearest directory upwards that has one of its first two for the project's.
/// Source: the tools' own sources (`diesel_cli`'s `find_project_root`, sqlx-cli's options).
const READ: [(&str, &[&str]); 4] = [
    (
        "diesel",
        &["diesel.toml", "Cargo.toml", "migrations", ".env"],
    ),
    ("sqlx", &["migrations", ".env", "sqlx.toml"]),
    ("cargo-sqlx", &["migrations", ".env", "sqlx.toml"]),
    ("refinery", &["migrations", "refinery.toml", ".env"]),
];

/// Adds to `payload` what the tools that start read, and to `needs` what they write.
pub(super) fn add(
    build: &Build<'_>,
    entry: &Entry,
    found: &Found,
    payload: &mut Vec<Payload>,
    needs: &mut Needs,
) {
    for (path, _, line) in &found.tools {
        let name = file_name(path);
        let Some((_, files)) = READ.iter().find(|(tool, _)| *tool == name) else {
            continue;
        };
        let because = Because::line(format!("`{name}` reads it"), *line);
        for start in entry.commands.iter().filter(|start| calls(start, name)) {
            for file in *files {
                let Some((path, is_dir)) = upwards(build, &start.directory, file) else {
                    continue;
                };
                let known = |known: &Payload| {
                    known.path == path || (known.is_dir && is_within(&path, &known.path))
                };
                if !payload.iter().any(known) {
                    payload.push(Payload {
                        path: path.clone(),
                        is_dir,
                        writable: true,
                        because: because.clone(),
                    });
                }
                if *file == "diesel.toml" {
                    needs.writes.extend(schema(build, &path));
                }
            }
        }
    }
}

fn calls(start: &StartCommand, name: &str) -> bool {
    start
        .program()
        .is_some_and(|program| file_name(program) == name)
}

/// The nearest file or directory of that name of the build context, from a directory upwards; and
/// whether it is a directory.
fn upwards(build: &Build<'_>, directory: &str, name: &str) -> Option<(String, bool)> {
    let mut at = directory;
    loop {
        let path = clean(&format!("{at}/{name}"));
        if let Some(context) = build.context_path(&path) {
            return Some((path, build.context.is_dir(&context)));
        }
        if at == "/" {
            return None;
        }
        at = parent(at);
    }
}

/// The directory of the schema that `diesel` writes after each migration, if it is configured to.
fn schema(build: &Build<'_>, config: &str) -> Option<Need<String>> {
    let text = build.context.read(&build.context_path(config)?)?;
    let table: Table = text.parse().ok()?;
    let file = table
        .get("print_schema")?
        .get("file")
        .and_then(Value::as_str)?;
    let path = clean(&format!("{}/{file}", parent(config)));
    let because = Because::rule("`diesel` writes the schema there after each migration");
    Some(Need::new(parent(&path).to_owned(), because))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    #[test]
    fn files_are_looked_for_upwards() {
        let text = "FROM rust:1\nWORKDIR /app\nCOPY . .\n";
        let config = "[print_schema]\nfile='src/db/schema.rs'";
        let files = [
            ("migrations/1/up.sql", ""),
            ("diesel.toml", config),
            ("src/main.rs", ""),
        ];
        sample(text, &files, |build| {
            let found = |name: &str| upwards(build, "/app/src", name);
            assert_eq!(
                found("migrations"),
                Some(("/app/migrations".to_owned(), true))
            );
            assert_eq!(
                found("diesel.toml"),
                Some(("/app/diesel.toml".to_owned(), false))
            );
            assert_eq!(found("none"), None);
            let written = schema(build, "/app/diesel.toml").map(|need| need.value);
            assert_eq!(written.as_deref(), Some("/app/src/db"));
        });
    }
}
