//! What a program needs of its surroundings. In: the facts of its sources. Out: certificates, time
//! zones, temporary files, accounts, programs, places that it writes to.

use super::closure::{Closure, SourceFile};
use super::program::Program;
use crate::outcome::Decline;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::project::evidence::Evidence;
use crate::project::source::Call;
use crate::toolchain::compiled::made;
use crate::toolchain::compiled::surroundings::Surroundings;
use crate::toolchain::compiled::tree::Tree;

/// Reads the needs of a program that is made of `closure` and started in `directory`.
pub(crate) fn read(
    build: &Build<'_>,
    tree: &Tree,
    closure: &Closure,
    programs: &[Program],
    directory: &str,
) -> Result<Surroundings, Decline> {
    let mut reader = Reader {
        build,
        tree,
        closure,
        programs,
        directory,
        found: Surroundings::default(),
    };
    reader.network();
    for file in &closure.files {
        let temporary = file.facts.calls.iter().any(is_temporary);
        for call in &file.facts.calls {
            let evidence = Evidence::line(&file.context, call.line);
            reader.surroundings(call, &evidence);
            reader.execution(file, call, &evidence)?;
            reader.write(file, call, &evidence, temporary);
        }
        reader.strings(file);
    }
    reader.environment();
    Ok(reader.found)
}

/// Reads the sources; what is executed and what is written have files of their own.
pub(super) struct Reader<'r, 'a> {
    pub(super) build: &'r Build<'a>,
    pub(super) tree: &'r Tree,
    pub(super) closure: &'r Closure,
    pub(super) programs: &'r [Program],
    pub(super) directory: &'r str,
    pub(super) found: Surroundings,
}

fn is_temporary(call: &Call) -> bool {
    matches!(
        call.callee.as_str(),
        "os.TempDir" | "os.CreateTemp" | "os.MkdirTemp" | "ioutil.TempFile" | "ioutil.TempDir"
    )
}

/// Calls of an HTTP server that may put an upload into a temporary file.
fn takes_uploads(call: &Call) -> bool {
    matches!(
        call.function(),
        "ParseMultipartForm" | "FormFile" | "MultipartForm" | "MultipartReader"
    )
}

impl Reader<'_, '_> {
    fn network(&mut self) {
        let needs = &mut self.found.needs;
        let packages = ["net/http", "crypto/tls", "net/smtp"];
        if let Some(evidence) = self.closure.imported(&packages) {
            let rule = "a program that may speak TLS needs the system's certificates";
            needs.certificates = Some(Because::fact(rule, evidence));
        } else if let Some((import, evidence)) = self
            .closure
            .imports
            .iter()
            .find(|(import, _)| is_external(import))
        {
            let rule = format!("`{import}` may speak TLS, which needs the system's certificates");
            needs.certificates = Some(Because::fact(rule, evidence));
        }
        if let Some(evidence) = self.closure.imported(&["os/user"]) {
            needs.accounts = Some(Because::fact("accounts are looked up", evidence));
        }
    }

    fn surroundings(&mut self, call: &Call, evidence: &Evidence) {
        let needs = &mut self.found.needs;
        let because = |rule: &str| Some(Because::fact(rule, evidence));
        match call.callee.as_str() {
            "time.LoadLocation" if needs.zoneinfo.is_none() => {
                needs.zoneinfo = because("time zones are looked up by name");
            }
            "os.UserHomeDir" | "os.UserCacheDir" | "os.UserConfigDir" | "homedir.Dir"
            | "homedir.Expand"
                if needs.home.is_none() =>
            {
                needs.home = because("the home directory is used");
            }
            _ if needs.tmp.is_none() && is_temporary(call) => {
                needs.tmp = because("temporary files are made");
            }
            _ if needs.tmp.is_none() && takes_uploads(call) => {
                needs.tmp = because("uploads are kept in temporary files");
            }
            _ => {}
        }
    }

    fn strings(&mut self, file: &SourceFile) {
        for literal in &file.facts.strings {
            let evidence = Evidence::line(&file.context, literal.line);
            let text = literal.value.as_str();
            if self.may_be_made(text) {
                let rule = "a file that may be written, in a directory of the project";
                let because = Because::fact(rule, &evidence);
                self.found.write(self.directory, text, false, because);
            }
            let needs = &mut self.found.needs;
            if text == "/tmp" || text.starts_with("/tmp/") {
                let because = Because::fact("a path below /tmp", &evidence);
                needs.tmp.get_or_insert(because);
            }
            if text.ends_with("docker.sock") {
                let because = Because::fact("the docker socket is used", &evidence);
                needs.root.get_or_insert(because);
            }
        }
    }

    /// Whether a string names a file that could be made, as long as its directory stays.
    pub(super) fn may_be_made(&self, text: &str) -> bool {
        made::may_be_made(self.tree, self.directory, text)
    }

    /// `TZ`, and directories in variables that the program reads.
    fn environment(&mut self) {
        let tz = self.build.end.lookup("TZ").unwrap_or_default();
        if !matches!(tz.as_str(), "" | "UTC" | "Etc/UTC") && self.found.needs.zoneinfo.is_none() {
            let because = Because::rule("TZ names a time zone");
            self.found.needs.zoneinfo = Some(because);
        }
        // The data is in the program.
        let tagged = self
            .programs
            .iter()
            .any(|p| p.words.tags().contains(&"timetzdata"));
        if tagged || self.closure.imported(&["time/tzdata"]).is_some() {
            self.found.needs.zoneinfo = None;
        }
    }
}

fn is_external(import: &str) -> bool {
    import
        .split('/')
        .next()
        .is_some_and(|first| first.contains('.'))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::outcome::Code;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::go::closure::walk;
    use crate::toolchain::go::world::World;

    /// What the sources of a small program say.
    pub(in crate::toolchain::go) fn found(
        head: &str,
        imports: &[&str],
        body: &str,
    ) -> Result<Surroundings, Code> {
        let imports: Vec<String> = imports
            .iter()
            .map(|import| format!("\"{import}\""))
            .collect();
        let main = format!(
            "package main\nimport (\n{}\n)\nfunc main() {{\n{body}\n}}\n",
            imports.join("\n")
        );
        let text = format!("FROM golang:1.25\nWORKDIR /s\nCOPY . .\n{head}\n");
        let files = [
            ("go.mod", "module m"),
            ("main.go", main.as_str()),
            ("run.sh", "#!/usr/bin/env bash\n"),
        ];
        sample(&text, &files, |build| {
            let tree = Tree::of(build);
            let world = World::at(build, &tree, "/s", 1).unwrap();
            let closure = walk(build, &tree, &world, &["/s".to_owned()], &[]);
            assert_eq!(closure.gap, None, "{main}");
            read(build, &tree, &closure, &[], "/s").map_err(|decline| decline.code)
        })
    }

    #[test]
    fn a_directory_stays_for_a_file_that_may_be_made() {
        let writes = |text: &str| {
            let body = format!("path := \"{text}\"\nuse(path)");
            let writes = found("COPY run.sh log/app/", &[], &body)
                .unwrap()
                .needs
                .writes;
            writes
                .into_iter()
                .map(|need| need.value)
                .collect::<Vec<_>>()
        };
        assert_eq!(writes("log/app/out.log"), ["/s/log/app"]);
        assert_eq!(writes("/s/log/app/out.log"), ["/s/log/app"]);
        for none in [
            "log/app/run.sh",
            "other/out.log",
            "out.log",
            "log/app",
            "log/app/%s.log",
        ] {
            assert!(writes(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn surroundings_are_needed_for_what_is_called() {
        let needs = |imports: &[&str], body: &str| found("", imports, body).unwrap().needs;
        assert!(needs(&["net/http"], "").certificates.is_some());
        assert!(needs(&["github.com/x/y"], "").certificates.is_some());
        assert!(needs(&["fmt"], "").certificates.is_none());
        assert!(needs(&["os/user"], "").accounts.is_some());
        assert!(needs(&["time"], "time.LoadLocation(z)").zoneinfo.is_some());
        let embedded = needs(&["time", "time/tzdata"], "time.LoadLocation(z)");
        assert!(embedded.zoneinfo.is_none());
        assert!(needs(&["os"], "os.CreateTemp(\"\", \"x\")").tmp.is_some());
        assert!(needs(&["net/http"], "r.FormFile(\"f\")").tmp.is_some());
        assert!(needs(&[], "f(\"/var/run/docker.sock\")").root.is_some());
        assert!(
            found("ENV TZ=Europe/Berlin", &[], "")
                .unwrap()
                .needs
                .zoneinfo
                .is_some()
        );
    }
}
