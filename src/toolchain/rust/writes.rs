//! Places that the sources write to. In: their calls, and databases by their addresses. Out: the
//! directories that the runtime user must be able to write to.

use super::needs::Reader;
use crate::dockerfile::contract::clean;
use crate::plan::analysis::Need;
use crate::plan::because::Because;
use crate::plan::layout::is_system_directory;
use crate::project::evidence::Evidence;
use crate::project::source::{Arg, Call};
use crate::toolchain::compiled::tree::parent;

impl Reader<'_, '_> {
    /// Places that are written to.
    pub(super) fn write(&mut self, call: &Call, evidence: &Evidence, temporary: bool) {
        let Some((argument, is_dir)) = written(call) else {
            return;
        };
        let text = match argument {
            Some(Arg::Text(text)) => text,
            Some(Arg::Prefix(text)) if text.contains('/') => {
                text.get(..=text.rfind('/').unwrap_or(0)).unwrap_or(text)
            }
            _ if temporary => return,
            _ => return self.unknown_write(evidence),
        };
        let because = Because::fact("the program writes there", evidence);
        self.add_write(text, is_dir || text.ends_with('/'), because);
    }

    fn add_write(&mut self, text: &str, is_dir: bool, because: Because) {
        let text = text.split('?').next().unwrap_or(text);
        if text.is_empty()
            || text.contains(":memory:")
            || text.starts_with("/dev/")
            || text.contains('{')
        {
            return;
        }
        let path = if text.starts_with('/') {
            clean(text)
        } else {
            clean(&format!("{}/{text}", self.place.directory))
        };
        if path == "/tmp" || path.starts_with("/tmp/") {
            self.found.needs.tmp.get_or_insert(because);
            return;
        }
        let value = if is_dir { path.as_str() } else { parent(&path) };
        let writes = &mut self.found.needs.writes;
        if !writes.iter().any(|need| need.value == value) {
            writes.push(Need::new(value.to_owned(), because));
        }
    }

    /// A file whose place is configured. Volumes, directories that variables name and those that
    /// the build made are taken for that place; without any, no owner can be shown to suffice.
    fn unknown_write(&mut self, evidence: &Evidence) {
        let contract = &self.build.end.contract;
        let is_place = |value: &Option<String>| {
            value.as_deref().is_some_and(|value| {
                value.starts_with('/') && !is_system_directory(value) && !value.contains(':')
            })
        };
        let own = contract.env.iter().filter(|(name, value)| {
            is_place(value) && self.build.base.image.config.var(name).is_none()
        });
        let configured = !contract.volumes.is_empty() || own.count() > 0;
        if configured || self.found.needs.root.is_some() {
            return;
        }
        let rule = "it writes files whose place the sources do not tell";
        self.found.needs.root = Some(Because::fact(rule, evidence));
    }

    /// `sqlite://data.db`, `sqlite:data.db`.
    pub(super) fn database(&mut self, text: &str, because: Because) {
        let Some(path) = text.strip_prefix("sqlite:") else {
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
