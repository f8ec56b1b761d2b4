//! Places that the sources write to. In: their calls, and databases by their addresses. Out: the
//! directories that the runtime user must be able to write to.

use super::needs::Reader;
use crate::plan::because::Because;
use crate::project::evidence::Evidence;
use crate::project::source::{Arg, Call};
use crate::toolchain::compiled::tree::has_extension;
use crate::toolchain::compiled::written::place;

impl Reader<'_, '_> {
    /// Places that are written to.
    pub(super) fn write(&mut self, call: &Call, evidence: &Evidence, temporary: bool) {
        let Some((argument, is_dir)) = written(call) else {
            return;
        };
        if let Some(text) = place(argument) {
            // The address of a database: `file:data.db?mode=rwc`.
            let schemes = ["file://", "file:", "sqlite://", "sqlite:"];
            let plain = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
            let text = plain.unwrap_or(text);
            let because = Because::fact("the program writes there", evidence);
            self.add_write(text, is_dir || text.ends_with('/'), because);
        } else if !temporary {
            self.found.write_unknown(self.build, evidence);
        }
    }

    fn add_write(&mut self, text: &str, is_dir: bool, because: Because) {
        // `format!("{dir}/x")`; braces among a database's options do not matter.
        let path = text.split('?').next().unwrap_or(text);
        if !path.contains('{') {
            self.found
                .write(self.place.directory, path, is_dir, because);
        }
    }

    /// `sqlite://data.db`, `sqlite:data.db`; `file:data.db` where it looks like a database.
    pub(super) fn database(&mut self, text: &str, because: Because) {
        let by_file = text.strip_prefix("file:").filter(|path| {
            let file = path.split('?').next().unwrap_or(path);
            ["db", "sqlite", "sqlite3", "db3"]
                .iter()
                .any(|ending| has_extension(file, ending))
        });
        let Some(path) = text.strip_prefix("sqlite:").or(by_file) else {
            return;
        };
        let path = path.strip_prefix("//").unwrap_or(path);
        if path
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/._-?=&".contains(c))
        {
            self.add_write(path, false, because);
        }
    }
}

/// What a call writes to, if it writes: the argument, and whether that is a directory.
fn written(call: &Call) -> Option<(Option<&Arg>, bool)> {
    let callee = call.callee.as_str();
    let path: Vec<&str> = callee.rsplit("::").take(2).collect();
    let file = |index: usize| Some((call.args.get(index), false));
    match path.as_slice() {
        ["create_dir" | "create_dir_all", "fs"]
        | ["daily" | "hourly" | "minutely" | "never", "rolling"] => Some((call.args.first(), true)),
        ["create" | "create_new", "File"]
        | ["write", "fs"]
        | ["open", "Connection" | "sled" | "SqliteConnection" | "DB"]
        | ["open_default", "DB"]
        | ["create", "Database"] => file(0),
        ["rename" | "copy", "fs"] => file(1),
        _ if callee.contains("OpenOptions") && call.function() == "open" => {
            let writes = ["write", "append", "create", "create_new", "truncate"];
            writes
                .iter()
                .any(|mode| callee.contains(&format!(".{mode}(")))
                .then(|| file(0))
                .flatten()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::needs::tests::{found, main};

    #[test]
    fn places_that_are_written_to_are_found() {
        let writes = |body: &str| -> Vec<String> {
            main(body)
                .needs
                .writes
                .into_iter()
                .map(|need| need.value)
                .collect()
        };
        assert_eq!(writes("File::create(\"/data/x/out.txt\")"), ["/data/x"]);
        assert_eq!(writes("fs::create_dir_all(\"uploads\")"), ["/app/uploads"]);
        assert_eq!(
            writes("connect(\"sqlite:///data/app.db?mode=rwc\")"),
            ["/data"]
        );
        assert_eq!(writes("connect(\"sqlite://app.db\")"), ["/app"]);
        assert_eq!(writes("connect(\"file:/data/x.db?mode=rwc\")"), ["/data"]);
        assert!(writes("connect(\"file:/data/x.txt\")").is_empty());
        assert_eq!(
            writes("Connection::open(\"file:x/y?mode=rwc\")"),
            ["/app/x"]
        );
        assert_eq!(
            writes("tracing_appender::rolling::daily(\"/logs\", \"x.log\")"),
            ["/logs"]
        );
        assert!(writes("File::create(\"/tmp/x\")").is_empty());
        assert!(writes("Connection::open(\":memory:\")").is_empty());
        assert!(main("File::create(&path)").needs.root.is_some());
        assert!(main("File::create(\"/tmp/x\")").needs.tmp.is_some());
        let volume = found("fn main() { std::fs::File::create(&p); }", "VOLUME /data").unwrap();
        assert!(volume.needs.root.is_none());
    }
}
