//! Formats for programs: each is what its schema says, and a snapshot shows it whole.

use serde_json::Value;

use super::{assert_snapshot, restage, run, tree};

pub(super) const REPORT: &str = include_str!("../../docs/report.schema.json");

/// What the tool uses of the SARIF 2.1.0 schema: the same names, types and required properties,
/// and nothing beside them.
pub(super) const SARIF: &str = include_str!("sarif.schema.json");

/// The tool's own version is no part of a snapshot.
pub(super) fn without_version(text: &str) -> String {
    text.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

pub(super) fn assert_valid(schema: &str, text: &str) -> Value {
    let schema = serde_json::from_str(schema).unwrap();
    let value = serde_json::from_str(text).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    value
}

#[test]
fn json_is_what_its_schema_says() {
    let tree = tree();
    let (code, out, err) = run(tree.path(), &["--format", "json"]);
    assert_eq!(code, 2, "one file is empty");
    let report = assert_valid(REPORT, &out);
    assert_eq!(report["version"], 1);
    let statuses: Vec<_> = report["files"].as_array().unwrap().iter().collect();
    assert_eq!(statuses.len(), 5);
    assert_snapshot("report.json", &without_version(&out));
    assert_eq!(
        err,
        "error: empty/Dockerfile: is empty\n2 would be rewritten, 1 declined, 1 unchanged, 1 error\n"
    );
}

#[test]
fn the_diff_in_json_is_the_one_on_standard_output() {
    let tree = tree();
    let (_, diff, _) = run(tree.path(), &["api", "site"]);
    for mode in [&[][..], &["--check", "--quiet"], &["--write"]] {
        let arguments = [&["--format", "json", "api", "site"], mode].concat();
        let (_, out, _) = run(tree.path(), &arguments);
        let report = assert_valid(REPORT, &out);
        let files = report["files"].as_array().unwrap();
        let diffs: String = files
            .iter()
            .map(|file| file["diff"].as_str().unwrap())
            .collect();
        assert_eq!(diffs, diff, "{mode:?}");
    }
}

#[test]
fn a_run_over_nothing_has_a_report_too() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, _) = run(folder.path(), &["--format", "json"]);
    assert_eq!(code, 0);
    assert_eq!(assert_valid(REPORT, &out)["summary"]["files"], 0);
    let (_, out, _) = run(folder.path(), &["--format", "sarif"]);
    assert_valid(SARIF, &out);
}

#[test]
fn sarif_is_what_its_schema_says() {
    let tree = tree();
    let (_, out, _) = run(tree.path(), &["--format", "sarif"]);
    let log = assert_valid(SARIF, &out);
    let run = &log["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let rules: Vec<_> = run["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    for result in run["results"].as_array().unwrap() {
        let known = rules.iter().any(|rule| rule["id"] == result["ruleId"]);
        assert!(known, "{}", result["ruleId"]);
    }
    assert_snapshot("report.sarif", &without_version(&out));
}

#[test]
fn standard_input_has_no_address() {
    let tree = tree();
    for (format, schema) in [("json", REPORT), ("sarif", SARIF)] {
        let mut command = restage(tree.path(), &["-", "--context", "api", "--format", format]);
        command.write_stdin(std::fs::read(tree.path().join("api/Dockerfile")).unwrap());
        let out = String::from_utf8(command.output().unwrap().stdout).unwrap();
        let value = assert_valid(schema, &out);
        if format == "json" {
            assert_eq!(value["files"][0]["path"], "<stdin>");
            assert_eq!(value["files"][0]["repository_path"], Value::Null);
        } else {
            assert_eq!(
                value["runs"][0]["results"][0]["locations"],
                Value::Array(vec![])
            );
        }
    }
}

#[test]
fn annotations_and_comments_are_as_in_their_snapshots() {
    let tree = tree();
    let (code, out, _) = run(tree.path(), &["--check", "--format", "github"]);
    assert_eq!(code, 2);
    assert_snapshot("report.github", &out);
    let (_, out, _) = run(tree.path(), &["--format", "markdown"]);
    assert_snapshot("report.md", &out);
}
