//! What was built and run, in each format: a report made by hand, because building takes a
//! container engine. Its page stays in the folder for temporary files, where `.ci/review-page`
//! opens it.

use std::fs;
use std::path::Path;

use restage::diff::unified;
use restage::outcome::{Code, Decline, Reason, Rewrite};
use restage::report::model::{Mode, Report};
use restage::report::{FileReport, Format, Status, render};
use restage::verify::{Measures, Proof, Rebuild, Verdict, Vulnerabilities};

use super::assert_snapshot;
use super::data::{REPORT, SARIF, assert_valid, without_version};

const BEFORE: &str = "FROM golang:1.25\nCOPY . .\nRUN go build -o /site\nCMD [\"/site\"]\n";
const AFTER: &str = "FROM golang:1.25 AS builder\nCOPY . .\nRUN go build -o /site\n\
                     FROM gcr.io/distroless/static-debian13\nCOPY --from=builder /site /site\n\
                     CMD [\"/site\"]\n";

/// What a program may say to whoever reads the report.
const ATTACK: &str = "GET :80/: another body: `<img src=x onerror=\"attacked=1\">` \
                      instead of `</script><script>window.attacked = 1</script>` \u{1b}[2J @somebody";

fn proof(verdict: Verdict) -> Proof {
    Proof::new(verdict, "podman")
}

fn original() -> Measures {
    Measures {
        bytes: 812_345_678,
        layers: 9,
        files: 21_000,
        packages: 240,
        shells: ["/bin/bash", "/bin/sh"].map(str::to_owned).to_vec(),
        tools: ["apt-get", "curl", "gcc", "git", "go"]
            .map(str::to_owned)
            .to_vec(),
        is_root: true,
        vulnerabilities: Some(Vulnerabilities {
            critical: 12,
            high: 143,
        }),
        build_ms: 31_200,
        start_ms: Some(180),
        ..Measures::default()
    }
}

fn lean() -> Measures {
    Measures {
        bytes: 21_098_765,
        layers: 5,
        files: 1_400,
        packages: 4,
        user: "65532:65532".to_owned(),
        vulnerabilities: Some(Vulnerabilities {
            critical: 0,
            high: 2,
        }),
        build_ms: 33_400,
        start_ms: Some(120),
        ..Measures::default()
    }
}

fn proved() -> Proof {
    Proof {
        alike: [
            "configuration",
            "every program and library finds what it needs",
            "GET :8080/ gives 200",
        ]
        .map(str::to_owned)
        .to_vec(),
        open: vec!["its output: the original does not do the same twice".to_owned()],
        scanner: Some("trivy 0.59.1".to_owned()),
        before: Some(original()),
        after: Some(lean()),
        rebuild: Some(Rebuild {
            changed: "main.go".to_owned(),
            build_ms: 4_200,
            steps: Vec::new(),
        }),
        ..proof(Verdict::Proved)
    }
}

fn differs() -> Proof {
    Proof {
        differences: vec![ATTACK.to_owned()],
        alike: vec!["configuration".to_owned()],
        open: Vec::new(),
        ..Proof {
            verdict: Verdict::Differs,
            ..proved()
        }
    }
}

fn not_built(verdict: Verdict) -> Proof {
    Proof {
        differences: vec!["[4/5] RUN make\nmake: *** No rule. Stop.\n```".to_owned()],
        ..proof(verdict)
    }
}

fn file(shown: &str, status: Status, proof: Option<Proof>) -> FileReport {
    FileReport {
        toolchain: Some("go"),
        proof,
        ..FileReport::new(shown, status)
    }
}

fn rewritten(shown: &str, proof: Proof) -> FileReport {
    let rewrite = Rewrite {
        text: AFTER.to_owned(),
        toolchain: "go",
        runtime: "distroless",
        notes: Vec::new(),
        explanations: Vec::new(),
    };
    let diff = unified(Path::new(shown), BEFORE, AFTER);
    file(shown, Status::Rewritten(rewrite, diff), Some(proof))
}

/// A file for each verdict, one that was rewritten by hand, one that was declined for its proof,
/// and one that nothing was built of.
fn files() -> Vec<FileReport> {
    let by_hand = Reason {
        code: Code::MultiStage,
        line: Some(4),
        message: "has 2 stages".to_owned(),
        hint: None,
    };
    let unproved = Decline::new(Code::NotProved, "differs");
    let onbuild = Decline::new(Code::Onbuild, "ONBUILD").at(2);
    vec![
        file("base/Dockerfile", Status::Declined(onbuild), None),
        rewritten("gone/Dockerfile", not_built(Verdict::OriginalDoesNotBuild)),
        file(
            "hand/Dockerfile",
            Status::Unchanged(by_hand),
            Some(differs()),
        ),
        rewritten("pipe|`<b>`/Dockerfile", differs()),
        rewritten("site/Dockerfile", proved()),
        rewritten("stuck/Dockerfile", not_built(Verdict::DoesNotBuild)),
        file(
            "write/Dockerfile",
            Status::Declined(unproved),
            Some(differs()),
        ),
    ]
}

fn rendered(format: Format) -> String {
    let files = files();
    let files = files.iter().map(|file| (file, Some(BEFORE)));
    let report = Report::new(Mode::Verify, &[], files);
    let mut out = Vec::new();
    render(format, &report, false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn json_with_proofs_is_what_its_schema_says() {
    let report = assert_valid(REPORT, &rendered(Format::Json));
    assert_eq!(report["summary"]["proofs"]["count"], 6);
    assert_eq!(report["files"][4]["proof"]["verdict"], "proved");
}

#[test]
fn sarif_takes_what_is_not_proved_for_an_error() {
    let text = rendered(Format::Sarif);
    let log = assert_valid(SARIF, &text);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let of_path = |path: &str| -> Vec<_> {
        let place = |result: &&serde_json::Value| {
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == path
        };
        let found = results.iter().filter(place);
        found
            .map(|result| {
                let words = [&result["ruleId"], &result["level"]];
                let [rule, level] = words.map(|word| word.as_str().unwrap());
                (rule, level, result["fixes"].is_array())
            })
            .collect()
    };
    assert_eq!(of_path("site/Dockerfile"), [("rewritten", "warning", true)]);
    assert_eq!(of_path("base/Dockerfile"), [("onbuild", "note", false)]);
    for path in ["gone", "hand", "stuck", "write"] {
        let path = format!("{path}/Dockerfile");
        assert_eq!(of_path(&path), [("not-proved", "error", false)], "{path}");
    }
    assert_snapshot("proofs.sarif", &without_version(&text));
}

#[test]
fn a_comment_tells_verdicts_sizes_and_differences() {
    let text = rendered(Format::Markdown);
    let row = "| `site/Dockerfile` | rewritten | proved, 812.3 MB → 21.0 MB (0.026), \
               vulnerabilities 12 critical, 143 high → 0 critical, 2 high | go, distroless |\n";
    assert!(text.contains(row), "{text}");
    assert_snapshot("proofs.md", &text);
}

#[test]
fn the_page_shows_proofs_and_runs_nothing_of_them() {
    let text = rendered(Format::Html);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::write(folder.join("proofs.html"), &text).unwrap();
    // The parts with style, script and their hashes are tested where they are.
    let start = text.find("<form class=\"filters\"").unwrap();
    let end = text.find("<footer>").unwrap();
    let body = &text[start..end];
    assert!(
        !body.contains("<script") && !body.contains("<img"),
        "{body}"
    );
    assert!(!body.contains('\u{1b}'));
    assert_snapshot("proofs.html", body);
}
