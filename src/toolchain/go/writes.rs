//! Places that a program writes to. In: calls of its sources. Out: directories that its user must
//! be able to write to, or why only root will do.

use super::closure::SourceFile;
use super::needs::Reader;
use crate::plan::because::Because;
use crate::project::evidence::Evidence;
use crate::project::source::{Arg, Call, joined_literals};
use crate::toolchain::compiled::written::place;

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
        if let Some(text) = place(call.args.get(argument)) {
            let because = Because::fact("the program writes there", evidence);
            self.add_write(text, is_dir || text.ends_with('/'), because);
        } else if !temporary {
            self.unknown_write(file, evidence);
        }
    }

    fn add_write(&mut self, text: &str, is_dir: bool, because: Because) {
        let text = text.trim_start_matches("file:");
        self.found.write(self.directory, text, is_dir, because);
    }

    /// A file whose place is put together somewhere else in its source file, or configured.
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
        // A file that the source names elsewhere, in a directory of the project.
        let mut strings = file.facts.strings.iter();
        let is_named = strings.any(|literal| self.may_be_made(&literal.value));
        if joined.is_empty() && !is_named {
            self.found.write_unknown(self.build, evidence);
        }
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
