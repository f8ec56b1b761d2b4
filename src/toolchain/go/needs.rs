//! What a program needs of its surroundings. In: the facts of its sources. Out: certificates, time
//! zones, temporary files, accounts, programs, places that it writes to.

use super::closure::{Closure, SourceFile};
use super::program::Program;
use crate::dockerfile::contract::clean;
use crate::dockerfile::shell;
use crate::knowledge::programs::debian_package;
use crate::outcome::{Code, Decline, Note};
use crate::plan::analysis::{Need, Needs};
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::layout::is_system_directory;
use crate::project::evidence::Evidence;
use crate::project::source::{Arg, Call, joined_literals};
use crate::toolchain::compiled::named;
use crate::toolchain::compiled::tree::{Tree, file_name, parent};

/// What the sources say about the program's surroundings.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// For the core.
    pub(crate) needs: Needs,
    /// Deliberate differences and advice.
    pub(crate) notes: Vec<Note>,
}

/// Reads the needs of a program that is made of `closure` and started in `directory`.
pub(crate) fn read(
    build: &Build<'_>,
    tree: &Tree,
    closure: &Closure,
    programs: &[Program],
    directory: &str,
) -> Result<Found, Decline> {
    let mut reader = Reader {
        build,
        tree,
        closure,
        programs,
        directory,
        found: Found::default(),
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

struct Reader<'r, 'a> {
    build: &'r Build<'a>,
    tree: &'r Tree,
    closure: &'r Closure,
    programs: &'r [Program],
    directory: &'r str,
    found: Found,
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

    /// Programs that are executed.
    fn execution(
        &mut self,
        file: &SourceFile,
        call: &Call,
        evidence: &Evidence,
    ) -> Result<(), Decline> {
        let at = match call.callee.as_str() {
            "exec.Command" | "exec.LookPath" | "execabs.Command" | "syscall.Exec"
            | "os.StartProcess" => 0,
            "exec.CommandContext" | "execabs.CommandContext" => 1,
            _ => return Ok(()),
        };
        if !file.facts.imports.iter().any(|import| {
            matches!(import.module.as_str(), "os/exec" | "syscall" | "os")
                || import.module.ends_with("/execabs")
        }) {
            return Ok(());
        }
        let Some(program) = call.text(at) else {
            // What LookPath has found is what is run.
            let looked_up = |call: &Call| call.function() == "LookPath" && call.text(0).is_some();
            let is_name = matches!(call.args.get(at), Some(Arg::Name(_)));
            if !is_name || !file.facts.calls.iter().any(looked_up) {
                self.unknown_program(evidence);
            }
            return Ok(());
        };
        self.program(program, evidence)?;
        // `sh -c "text"`: the commands of the text.
        let words = call.args.get(at + 1..).unwrap_or_default();
        let is_shell = matches!(file_name(program), "sh" | "bash" | "ash" | "dash");
        if is_shell
            && words
                .first()
                .and_then(Arg::text)
                .is_some_and(|word| word.ends_with('c'))
        {
            let Some(text) = words.get(1).and_then(Arg::text) else {
                self.unknown_program(evidence);
                return Ok(());
            };
            for command in shell::parse(text).commands {
                let name = command.program().unwrap_or_default();
                if !name.is_empty() && !shell::is_builtin(&name) {
                    self.program(&name, evidence)?;
                }
            }
        }
        Ok(())
    }

    fn program(&mut self, program: &str, evidence: &Evidence) -> Result<(), Decline> {
        let name = file_name(program);
        if matches!(name, "go" | "gofmt") {
            let message = format!("the program runs `{name}` ({evidence})");
            return Err(Decline::new(Code::ToolchainAtRuntime, message)
                .hint("an image that compiles needs its toolchain"));
        }
        let rule = format!("the program runs `{name}`");
        let because = Because::fact(rule, evidence);
        if matches!(name, "sh" | "ash" | "dash" | "bash") {
            self.found.needs.shell.get_or_insert(because.clone());
        }
        let own = self.programs.iter().flat_map(|program| &program.places);
        let mut own = own.filter(|place| file_name(place) == name);
        if own.next().is_some() || name == "sh" {
            return Ok(());
        }
        let bases = [self.directory];
        if let Some(script) = named::resolve(self.tree, &bases, program).filter(|n| !n.is_dir) {
            let context = self.tree.context(&script.path).unwrap_or_default();
            let text = self.build.context.read(context).unwrap_or_default();
            let interpreter = text.lines().next().and_then(|line| line.strip_prefix("#!"));
            for word in interpreter.unwrap_or_default().split_whitespace() {
                let name = file_name(word);
                if matches!(name, "sh" | "bash" | "ash" | "dash") {
                    self.found.needs.shell.get_or_insert(because.clone());
                }
                if !matches!(name, "sh" | "env") && !name.starts_with('-') {
                    self.add_program(name, because.clone());
                }
            }
            return Ok(());
        }
        self.add_program(program, because);
        Ok(())
    }

    fn add_program(&mut self, program: &str, because: Because) {
        let programs = &mut self.found.needs.programs;
        if !programs.iter().any(|need| need.value == program) {
            programs.push(Need::new(program.to_owned(), because));
        }
    }

    /// A program whose name is configured: a shell at the least, and every program that the
    /// sources name anywhere.
    fn unknown_program(&mut self, evidence: &Evidence) {
        if self.found.needs.shell.is_some() {
            return;
        }
        let rule = "it runs a program whose name is not in the call";
        let because = Because::fact(rule, evidence);
        self.found.needs.shell = Some(because.clone());
        let message =
            format!("{rule} ({evidence}): check that the final stage has what you configure");
        self.found.notes.push(Note {
            line: None,
            message,
        });
        let literals = self
            .closure
            .files
            .iter()
            .flat_map(|file| &file.facts.strings);
        let known: Vec<String> = literals
            .map(|literal| literal.value.as_str())
            .filter(|text| text.len() < 40 && debian_package(text, None).is_some())
            .map(str::to_owned)
            .collect();
        for program in known {
            self.add_program(&program, because.clone());
        }
    }

    /// Places that are written to.
    fn write(&mut self, file: &SourceFile, call: &Call, evidence: &Evidence, temporary: bool) {
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

    fn strings(&mut self, file: &SourceFile) {
        for literal in &file.facts.strings {
            let evidence = Evidence::line(&file.context, literal.line);
            let text = literal.value.as_str();
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
    use super::*;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::go::closure::walk;
    use crate::toolchain::go::world::World;

    fn found(head: &str, imports: &[&str], body: &str) -> Result<Found, Code> {
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

    fn programs(body: &str) -> (Vec<String>, bool) {
        let needs = found("", &["os/exec"], body).unwrap().needs;
        let programs = needs.programs.into_iter().map(|need| need.value).collect();
        (programs, needs.shell.is_some())
    }

    #[test]
    fn programs_are_found_in_calls_shell_texts_and_scripts() {
        for (body, expected, shell) in [
            ("exec.Command(\"git\", \"log\")", &["git"][..], false),
            (
                "exec.CommandContext(ctx, \"/usr/bin/ffmpeg\")",
                &["/usr/bin/ffmpeg"],
                false,
            ),
            (
                "exec.Command(\"sh\", \"-c\", \"cd /x && git pull | grep a\")",
                &["git", "grep"],
                true,
            ),
            ("exec.Command(\"./run.sh\")", &["bash"], true),
            (
                "t, _ := exec.LookPath(\"git\")\nexec.Command(t)",
                &["git"],
                false,
            ),
            ("const tool = \"curl\"\nexec.Command(tool)", &["curl"], true),
            ("other.Command(\"git\")", &[], false),
        ] {
            let (programs, has_shell) = programs(body);
            assert_eq!(programs, expected, "{body}");
            assert_eq!(has_shell, shell, "{body}");
        }
        assert_eq!(
            found("", &["os/exec"], "exec.Command(\"go\", \"run\")").unwrap_err(),
            Code::ToolchainAtRuntime
        );
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
