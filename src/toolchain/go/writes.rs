//! Places that a program writes to. In: calls of its sources. Out: directories that its user must
//! be able to write to, or why only root will do.

use super::closure::SourceFile;
use super::needs::Reader;
use crate::dockerfile::contract::clean;
use crate::plan::analysis::Need;
use crate::plan::because::Because;
use crate::plan::layout::is_system_directory;
use crate::project::evidence::Evidence;
use crate::project::source::{Arg, Call, joined_literals};
use crate::toolchain::compiled::tree::parent;

impl Reader<'_, '_> {
    /// Places that are written to.
    pub(super) fn write(
        &mut self,
        file: &SourceFile,
        call: &Call,
        evidence: &Evidence,
        temporary: bool,
    ) {
        let Some((argument, is_dir)) = written(call) else {
            return;
        };
        let text = match call.args.get(argument) {
            Some(Arg::Text(text)) => text,
            Some(Arg::Prefix(text)) if text.contains('/') => &text[..=text.rfind('/').unwrap_or(0)],
            _ if temporary => return,
            _ => return self.unknown_write(file, evidence),
        };
        let because = Because::fact("the program writes there", evidence);
        self.add_write(text, is_dir || text.ends_with('/'), because);
    }

    fn add_write(&mut self, text: &str, is_dir: bool, because: Because) {
        let text = text.trim_start_matches("file:");
        let text = text.split('?').next().unwrap_or(text);
        if text.is_empty() || text.contains(":memory:") || text.starts_with("/dev/") {
            return;
        }
        let path = if text.starts_with('/') {
            clean(text)
        } else {
            clean(&format!("{}/{text}", self.directory))
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

    /// A file whose place is configured. Volumes and directories that variables name are taken
    /// for that place; without any, no owner can be shown to suffice.
    fn unknown_write(&mut self, file: &SourceFile, evidence: &Evidence) {
        let joins = |call: &&Call| matches!(call.callee.as_str(), "filepath.Join" | "path.Join");
        let joined = file
            .facts
            .calls
            .iter()
            .filter(joins)
            .filter_map(joined_literals);
        let joined: Vec<_> = joined.filter(|joined| joined.anchored).collect();
        for joined in &joined {
            let because = Because::fact("the program writes there", evidence);
            self.add_write(&joined.path, joined.open, because);
        }
        if !joined.is_empty() {
            return;
        }
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
}

/// Which argument of a call names what is written, and whether that is a directory.
fn written(call: &Call) -> Option<(usize, bool)> {
    match call.callee.as_str() {
        "os.Create" | "os.WriteFile" | "ioutil.WriteFile" | "bolt.Open" | "bbolt.Open"
        | "sqlite.Open" | "buntdb.Open" | "os.Truncate" => Some((0, false)),
        "os.OpenFile" => {
            let flags = call.args.get(1);
            let reads = matches!(flags, Some(Arg::Name(name)) if name == "os.O_RDONLY");
            (!reads).then_some((0, false))
        }
        "os.Mkdir"
        | "os.MkdirAll"
        | "badger.DefaultOptions"
        | "leveldb.OpenFile"
        | "pebble.Open" => Some((0, true)),
        "os.Rename" => Some((1, false)),
        "sql.Open" | "sqlx.Open" | "sqlx.Connect" | "sqlx.MustConnect" | "gorm.Open" => call
            .text(0)
            .is_some_and(|driver| driver.starts_with("sqlite"))
            .then_some((1, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::toolchain::go::needs::tests::found;

    #[test]
    fn places_that_are_written_are_directories() {
        let needs = |head: &str, body: &str| found(head, &["os"], body).unwrap().needs;
        let places = |body: &str| -> Vec<String> {
            let needs = needs("", body);
            assert!(needs.root.is_none());
            needs.writes.into_iter().map(|need| need.value).collect()
        };
        assert_eq!(places("os.Create(\"/data/x.log\")"), ["/data"]);
        assert_eq!(places("os.MkdirAll(\"uploads\", 0o755)"), ["/s/uploads"]);
        assert_eq!(
            places("sql.Open(\"sqlite3\", \"file:db/a.db?x=1\")"),
            ["/s/db"]
        );
        assert_eq!(
            places("os.WriteFile(\"out/\" + name, b, 0o644)"),
            ["/s/out"]
        );
        assert!(places("sql.Open(\"sqlite3\", \":memory:\")").is_empty());
        assert!(places("os.Create(\"/tmp/x\")").is_empty());
        assert_eq!(
            places("p := filepath.Join(\"up\", n)\nos.Create(p)"),
            ["/s/up"]
        );
        assert!(needs("", "os.Create(path)").root.is_some());
        assert!(needs("VOLUME /data", "os.Create(path)").root.is_none());
        assert!(needs("ENV DIR=/data", "os.Create(path)").root.is_none());
        assert!(needs("", "d := os.TempDir()\nos.Create(d)").root.is_none());
    }
}
