//! The program under test in a copy of a case's build context, away from any repository: arguments
//! in, exit code, streams and the Dockerfile out.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use super::case::Case;
use super::folder;

/// A copy of a case's context, which goes away with the value.
pub(crate) struct Copy {
    root: TempDir,
    args: Vec<String>,
}

/// What one call said.
pub(crate) struct Said {
    /// The exit code; -1 for a signal.
    pub(crate) code: i32,
    /// The diff.
    pub(crate) stdout: String,
    /// Everything else.
    pub(crate) stderr: String,
}

impl Copy {
    /// A fresh copy of the context of `case`.
    pub(crate) fn of(case: &Case) -> Result<Self> {
        let root = tempfile::Builder::new().prefix("restage-case-").tempdir()?;
        folder::copy(&case.context, &root.path().join("context"))?;
        let args = case.args.clone();
        Ok(Self { root, args })
    }

    /// The copied context.
    pub(crate) fn context(&self) -> std::path::PathBuf {
        self.root.path().join("context")
    }

    /// Calls restage on the Dockerfile with the case's arguments and `more`. An unchanged file is
    /// mentioned on request only, so that is asked for.
    pub(crate) fn restage(&self, more: &[&str]) -> Result<Said> {
        let mut command = self.command(env!("CARGO_BIN_EXE_restage"));
        command.args(&self.args).args(more);
        command.args(["--verbose", "Dockerfile"]);
        said(command, "")
    }

    /// Applies a diff as its reader would.
    pub(crate) fn git_apply(&self, diff: &str) -> Result<()> {
        let mut command = self.command("git");
        command.args(["apply", "--whitespace=nowarn", "-"]);
        let said = said(command, diff)?;
        ensure!(said.code == 0, "git apply failed: {}", said.stderr);
        Ok(())
    }

    /// The Dockerfile as it is now.
    pub(crate) fn dockerfile(&self) -> Result<Vec<u8>> {
        Ok(fs::read(self.context().join("Dockerfile"))?)
    }

    /// A command in the copy that sees neither a repository around it nor anybody's settings.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.context())
            .env("GIT_CEILING_DIRECTORIES", self.root.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE");
        command
    }
}

/// The bytes of a Dockerfile as text: what restage writes is valid UTF-8.
pub(crate) fn text(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).context("not UTF-8")
}

/// The path of a Dockerfile that lies beside the context, which stays as it is.
pub(crate) fn put(folder: &Path, name: &str, content: &[u8]) -> Result<std::path::PathBuf> {
    let path = folder.join(name);
    fs::write(&path, content)?;
    Ok(path)
}

fn said(mut command: Command, input: &str) -> Result<Said> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{command:?}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    Ok(Said {
        code: output.status.code().unwrap_or(-1),
        stdout: text(output.stdout)?,
        stderr: text(output.stderr)?,
    })
}
