//! Where programs lie, by the command that makes them.

use super::*;
use crate::toolchain::compiled::sample::sample;

const MAIN: &str = "package main\n";

fn made(run: &str) -> Result<Vec<String>, Code> {
    let text = format!("FROM golang:1.25\nWORKDIR /src\nCOPY . .\n{run}\n");
    let files = [
        ("go.mod", "module example.org/shop/v2\n"),
        ("main.go", MAIN),
        ("lib/lib.go", "package lib\n"),
        ("cmd/api/main.go", MAIN),
        ("cmd/api/api_test.go", MAIN),
        ("cmd/jobs/main.go", MAIN),
        ("tools/tools.go", "//go:build tools\n\npackage main\n"),
    ];
    sample(&text, &files, |build| {
        let programs = programs(build, &Tree::of(build)).map_err(|decline| decline.code)?;
        Ok(programs
            .into_iter()
            .flat_map(|program| program.places)
            .collect())
    })
}

#[test]
fn every_form_of_build_has_its_output() {
    for (run, places) in [
        ("RUN go build", &["/src/shop"][..]),
        ("RUN go build -v -o app .", &["/src/app"]),
        (
            "RUN go build -o /usr/local/bin/ ./cmd/...",
            &["/usr/local/bin/api", "/usr/local/bin/jobs"],
        ),
        (
            "RUN go build -o /usr/local/bin ./cmd/api",
            &["/usr/local/bin/api"],
        ),
        ("RUN go build ./cmd/api", &["/src/api"]),
        ("RUN go build main.go", &["/src/main"]),
        ("RUN go build ./...", &[]),
        ("RUN go build example.org/shop/v2/cmd/jobs", &["/src/jobs"]),
        ("RUN go install ./cmd/api", &["/go/bin/api"]),
        (
            "RUN go install ./...",
            &["/go/bin/shop", "/go/bin/api", "/go/bin/jobs"],
        ),
        (
            "RUN GOBIN=/x go install example.com/t/cmd/tool@v1.0.0",
            &["/x/tool"],
        ),
        (
            "RUN cd cmd/api && go build -o ../../bin/api",
            &["/src/bin/api"],
        ),
        ("RUN go build -C cmd/api -o /a .", &["/a"]),
        ("RUN GOOS=windows go build -o app.exe .", &[]),
        ("RUN go build -o app . && mv app /app", &["/app"]),
        (
            "ENV BIN=/opt/x\nRUN go build -o $BIN/server ./cmd/api",
            &["/opt/x/server"],
        ),
        (
            "RUN go build -o a . && go build -o a ./cmd/api",
            &["/src/a"],
        ),
    ] {
        assert_eq!(made(run).unwrap(), places, "{run}");
    }
}

#[test]
fn what_hangs_on_the_unknown_is_declined() {
    assert_eq!(
        made("ARG OUT\nRUN go build -o $OUT ."),
        Err(Code::UnresolvedVariable)
    );
    assert_eq!(
        made("ARG FLAGS\nRUN go build $FLAGS -o a ."),
        Err(Code::UnresolvedVariable)
    );
    assert_eq!(
        made("RUN if [ -n \"$X\" ]; then go build -o a .; else go build -o a ./cmd/api; fi"),
        Err(Code::AmbiguousArtifact)
    );
    assert_eq!(
        made("WORKDIR /other\nRUN go build -o a ."),
        Err(Code::MissingManifest)
    );
}
