//! Runs with a stand-in for the core, on real folders and with the real git.

mod answering;
mod showing;
mod writing;

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::config::Choices;
use crate::discover::Target;
use crate::git::tests::git;
use crate::outcome::{Code, Decline, Outcome, Reason, Rewrite};

/// Does what a word in the text asks for; without one, it adds a USER line.
fn fake(text: &str, target: &Target) -> Outcome {
    if text.contains("DECLINE") {
        return Outcome::Declined(Decline::new(Code::Onbuild, "no").at(2).hint("a hint"));
    }
    if text.contains("USER") {
        let message = "done already".to_owned();
        return Outcome::Unchanged(Reason {
            code: Code::NoBenefit,
            line: None,
            message,
            hint: None,
        });
    }
    assert!(!text.contains("PANIC"), "as the text says");
    if text.contains("EDIT") {
        fs::write(&target.dockerfile, "FROM edited\n").unwrap();
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let text = match text.strip_suffix(end) {
        Some(_) => format!("{text}USER 65532{end}"),
        None => format!("{text}{end}USER 65532"),
    };
    let text = if text.contains("SAME") {
        text.replace(&format!("USER 65532{end}"), "")
    } else {
        text
    };
    Outcome::Rewritten(Rewrite {
        text,
        toolchain: "go",
        runtime: "slim",
        notes: vec![],
        explanations: vec![],
    })
}

/// A folder and an invocation in it.
struct Scene {
    _folder: TempDir,
    root: PathBuf,
    invocation: Invocation,
    stdin: Vec<u8>,
}

impl Scene {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let invocation = Invocation {
            subject: Subject::Paths(Vec::new()),
            mode: Mode::Diff,
            cwd: root.clone(),
            context: None,
            choices: Choices::default(),
            verify: None,
            templates: None,
            config: None,
            exclude: Vec::new(),
            shard: None,
            allow_dirty: false,
            strict: false,
            jobs: None,
            verbosity: Verbosity::Normal,
            explain: false,
            format: Format::Diff,
            output: None,
        };
        let scene = Self {
            _folder: folder,
            root,
            invocation,
            stdin: Vec::new(),
        };
        for (path, content) in files {
            scene.put(path, content);
        }
        scene
    }

    fn put(&self, path: &str, content: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    fn commit(&self) {
        git(&self.root, &["init", "-q"]);
        git(&self.root, &["add", "-A"]);
        git(&self.root, &["commit", "-qm", "x"]);
    }

    fn paths(&mut self, paths: &[&str]) {
        self.invocation.subject = Subject::Paths(paths.iter().map(PathBuf::from).collect());
    }

    fn run_with(&self, core: &dyn Core) -> (Exit, String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let streams = Streams {
            input: &mut self.stdin.as_slice(),
            out: &mut out,
            err: &mut err,
            out_palette: Palette::default(),
            err_palette: Palette::default(),
            progress: Progress::new(false),
        };
        let exit = run(&self.invocation, core, streams).unwrap();
        (
            exit,
            String::from_utf8(out).unwrap(),
            String::from_utf8(err).unwrap(),
        )
    }

    fn run(&self) -> (Exit, String, String) {
        self.run_with(&fake)
    }
}

/// Files that put the diff's and the writer's care to the test, and what they become.
const HARD: [(&str, &str, &str); 6] = [
    ("Dockerfile", "FROM a\n", "FROM a\nUSER 65532\n"),
    (
        "crlf/Dockerfile",
        "FROM a\r\nRUN b\r\n",
        "FROM a\r\nRUN b\r\nUSER 65532\r\n",
    ),
    (
        "no newline/Dockerfile",
        "FROM a\nRUN b",
        "FROM a\nRUN b\nUSER 65532",
    ),
    (
        "bom/Dockerfile",
        "\u{feff}FROM a\n",
        "\u{feff}FROM a\nUSER 65532\n",
    ),
    (
        "cr/é.Dockerfile",
        "FROM a\nRUN b\rc\n",
        "FROM a\nRUN b\rc\nUSER 65532\n",
    ),
    (
        "q\"uote/Dockerfile",
        "FROM a\n\u{1b}\n",
        "FROM a\n\u{1b}\nUSER 65532\n",
    ),
];

fn hard() -> Scene {
    Scene::new(&HARD.map(|(path, old, _)| (path, old)))
}
