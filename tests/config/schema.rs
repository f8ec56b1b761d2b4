//! The schema that editors check a `.restage.yaml` with: it takes what restage takes.

use serde_json::Value;

use super::wrong::WRONG;

const SCHEMA: &str = include_str!("../../docs/config.schema.json");

/// What only restage itself can see: paths that are not there, patterns, names of images, keys
/// that stand twice, several documents.
const SEEN_BY_RESTAGE_ALONE: [&str; 9] = [
    "`a{`",
    "the key `go` stands twice",
    "more than one document",
    "`nowhere` is not a folder",
    "cannot read the template folder",
    "must name its tag",
    "is not the name of a registry",
    "`user`",
    "did not find expected",
];

fn accepts(yaml: &str) -> bool {
    let schema = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value: Value = serde_yaml::from_str(yaml).unwrap();
    validator.is_valid(&value)
}

#[test]
fn the_default_and_its_examples_are_valid() {
    let default = restage::config::DEFAULT;
    assert!(accepts(default));
    let is_example = |line: &str| line.starts_with("#  ");
    let mut lines: Vec<String> = Vec::new();
    for line in default.lines() {
        if is_example(line) {
            let empty = |last: &&mut String| last.ends_with(": []") || last.ends_with(": {}");
            if let Some(last) = lines.last_mut().filter(empty) {
                last.truncate(last.len() - 3);
            }
            lines.push(line.replacen('#', " ", 1));
        } else {
            lines.push(line.to_owned());
        }
    }
    let examples = lines.join("\n");
    assert!(
        examples.contains("\nimages:\n   - image: docker.io/*"),
        "{examples}"
    );
    assert!(accepts(&examples), "{examples}");
}

#[test]
fn what_restage_refuses_the_schema_refuses() {
    for (config, _, reason) in WRONG {
        if !SEEN_BY_RESTAGE_ALONE
            .iter()
            .any(|seen| reason.starts_with(seen))
        {
            assert!(!accepts(config), "{config}");
        }
    }
    for fine in [
        "user: 1000\n",
        "user: '1000:1000'\n",
        "runtimes: {go: scratch}\n",
        "context: null\n",
    ] {
        assert!(accepts(fine), "{fine}");
    }
}
