//! `restage --write --verify` on two services: the file of the one that is proved is written, the
//! other stays as it was.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use serde_json::json;

use super::verify;

const DOCKERFILE: &str = "\
FROM python:3.11
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
EXPOSE 8000
CMD [\"python\", \"app.py\"]
";

const PROGRAM: &str = "\
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

ThreadingHTTPServer((\"\", 8000), SimpleHTTPRequestHandler).serve_forever()
";

pub(super) fn check(scripts: &Path) -> Result<()> {
    let place = tempfile::Builder::new().prefix("restage-lab-").tempdir()?;
    let root = place.path();
    for service in ["right", "wrong"] {
        let folder = root.join(service);
        fs::create_dir(&folder)?;
        fs::write(folder.join("Dockerfile"), DOCKERFILE)?;
        fs::write(folder.join("app.py"), PROGRAM)?;
        fs::write(folder.join("requirements.txt"), "six==1.16.0\n")?;
    }
    let right = root.join("right/Dockerfile");
    verify::stand_ins(scripts, &[&right])?;
    verify::stand_in(scripts, "python:3.11-slim")?;
    let teapot = json!([{"port": 8000, "status": 418}]);
    let mut config = verify::config();
    config["rebuild"] = json!(false);
    let config = json!({
        "verify": config,
        "overrides": [{"paths": ["wrong"], "verify": {"probes": teapot}}],
    });
    fs::write(root.join(".restage.yaml"), serde_yaml::to_string(&config)?)?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_restage"));
    command.args(["--write", "--verify"]).current_dir(root);
    command.env("GIT_CEILING_DIRECTORIES", "/");
    let output = command.output()?;
    let said = verify::both(&output);
    ensure!(output.status.code() == Some(1), "{}: {said}", output.status);
    let text = |service: &str| fs::read_to_string(root.join(service).join("Dockerfile"));
    ensure!(text("right")? != DOCKERFILE, "nothing is written: {said}");
    ensure!(text("wrong")? == DOCKERFILE, "it was not proved: {said}");
    ensure!(said.contains("declined[not-proved]"), "{said}");
    ensure!(said.contains("gives 200 instead of 418"), "{said}");
    Ok(())
}
