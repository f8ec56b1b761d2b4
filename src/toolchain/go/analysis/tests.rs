//! Whole answers, from Dockerfile and sources.

use super::*;
use crate::edit;
use crate::options::Runtime;
use crate::plan::analysis::Link;
use crate::toolchain::compiled::sample::sample;

const SERVER: &str = "package main\nimport \"net/http\"\n\
    func main() { http.ListenAndServe(\":80\", http.FileServer(http.Dir(\"static\"))) }\n";

fn analysed(text: &str, files: &[(&str, &str)]) -> Result<(Analysis, String), Decline> {
    sample(text, files, |build| {
        let analysis = of(build)?;
        let edited = edit::apply(text, &analysis.edits).unwrap();
        Ok((analysis, edited))
    })
}

#[test]
fn a_server_with_its_files_is_static_and_covered() {
    let text = "FROM golang:1.25\nWORKDIR /app\nCOPY . .\nRUN mkdir bin && go build -o bin/web .\nCMD [\"bin/web\"]\n";
    let files = [
        ("go.mod", "module m\nrequire x.org/y v1.0.0\n"),
        ("go.sum", ""),
        ("main.go", SERVER),
        ("static/a.css", ""),
        ("README.md", ""),
    ];
    let (analysis, edited) = analysed(text, &files).unwrap();
    let payload: Vec<_> = analysis.payload.iter().map(|p| p.path.as_str()).collect();
    assert_eq!(payload, ["/app/bin/web", "/app/static"]);
    assert_eq!(analysis.covered, ["/app"]);
    assert!(analysis.scratch.contains(&"/app/bin".to_owned()));
    assert_eq!(analysis.needs.link, Link::Static);
    assert!(analysis.needs.certificates.is_some());
    assert_eq!(analysis.rungs[0].runtime, Runtime::Distroless);
    assert_eq!(
        edited,
        "FROM golang:1.25\nWORKDIR /app\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\n\
         ENV CGO_ENABLED=0\n\
         RUN --mount=type=cache,target=/root/.cache/go-build mkdir bin && go build -o bin/web .\n\
         CMD [\"bin/web\"]\n"
    );
}

#[test]
fn programs_beside_the_one_that_starts_stay_and_tools_go() {
    let text = "FROM golang:1.25\nWORKDIR /app\nCOPY . .\n\
        RUN go install x.org/tool@latest && go install ./cmd/... \nCMD [\"api\"]\n";
    let files = [
        ("go.mod", "module m\n"),
        ("cmd/api/main.go", "package main\n"),
        ("cmd/migrate/main.go", "package main\n"),
    ];
    let (analysis, _) = analysed(text, &files).unwrap();
    let payload: Vec<_> = analysis.payload.iter().map(|p| p.path.as_str()).collect();
    assert_eq!(payload, ["/go/bin/api", "/go/bin/migrate"]);
}

#[test]
fn a_plugin_host_keeps_cgo() {
    let text = "FROM golang:1.25\nWORKDIR /app\nCOPY . .\nRUN go build -o x .\nCMD [\"./x\"]\n";
    let files = [
        ("go.mod", "module m\n"),
        ("main.go", "package main\nimport _ \"plugin\"\n"),
    ];
    let (analysis, edited) = analysed(text, &files).unwrap();
    assert!(matches!(analysis.needs.link, Link::Libc(_)));
    assert!(!edited.contains("CGO_ENABLED"));
    assert_eq!(analysis.rungs[0].pin.as_deref(), Some("1.25-trixie"));
}
