//! What the documentation shows works: commands are ones that restage takes, YAML is YAML, the
//! action does what its inputs say.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_yaml::Value;

use super::{run, tree};

fn in_project(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The fenced blocks of a page: language and text.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(language), None) => open = Some((language.to_owned(), String::new())),
            (None, Some((_, text))) => text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    blocks
}

/// The arguments of each call of restage in a script or a page.
fn calls(text: &str) -> Vec<Vec<String>> {
    let mut calls = Vec::new();
    for line in text.lines() {
        let words = line.split('#').next().unwrap_or_default();
        let words = words.replace("${{ matrix.shard }}", "1");
        for part in words.split(['|', '"', '\'', ';']) {
            let Some((before, rest)) = part.split_once("restage ") else {
                continue;
            };
            let is_command = matches!(before.trim(), "" | "- run:");
            let arguments = rest.split(['<', '>']).next().unwrap_or_default();
            if is_command {
                calls.push(arguments.split_whitespace().map(str::to_owned).collect());
            }
        }
    }
    calls
}

fn assert_taken(arguments: &[String]) {
    // What comes in front of `--help` is looked at first.
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    arguments.push("--help");
    let folder = tempfile::tempdir().unwrap();
    let (code, _, err) = run(folder.path(), &arguments);
    assert_eq!(code, 0, "restage {}: {err}", arguments.join(" "));
}

#[test]
fn commands_in_the_documentation_are_taken() {
    for (page, least) in [("README.md", 6), ("docs/bulk.md", 6), ("docs/verify.md", 5)] {
        let mut count = 0;
        for (language, text) in blocks(&in_project(page)) {
            if matches!(language.as_str(), "sh" | "yaml") {
                let calls = calls(&text);
                count += calls.len();
                for call in &calls {
                    assert_taken(call);
                }
            }
        }
        assert!(count >= least, "{page} has {count} commands");
    }
}

#[test]
fn yaml_in_the_documentation_is_yaml() {
    let blocks = blocks(&in_project("docs/bulk.md"));
    let yaml: Vec<_> = blocks.iter().filter(|block| block.0 == "yaml").collect();
    assert!(yaml.len() >= 4);
    for (_, text) in yaml {
        serde_yaml::from_str::<Value>(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    }
}

#[test]
fn the_configuration_in_the_documentation_is_one() {
    let tree = tree();
    let blocks = blocks(&in_project("docs/verify.md"));
    let (_, yaml) = blocks.iter().find(|block| block.0 == "yaml").unwrap();
    let call = |text: &str| {
        fs::write(tree.path().join(".restage.yaml"), text).unwrap();
        run(tree.path(), &["api"])
    };
    let (code, _, err) = call(yaml);
    assert_eq!(code, 0, "{err}");
    let (code, _, err) = call(&yaml.replace("status: 200", "state: 200"));
    assert!(code == 2 && err.contains("state"), "{err}");
}

#[test]
fn hooks_call_restage_in_a_way_that_it_takes() {
    let hooks: Vec<BTreeMap<String, Value>> =
        serde_yaml::from_str(&in_project(".pre-commit-hooks.yaml")).unwrap();
    assert_eq!(hooks.len(), 2);
    for hook in hooks {
        for name in ["id", "name", "description", "language"] {
            assert!(hook[name].is_string(), "{name}");
        }
        let entry = hook["entry"].as_str().unwrap();
        assert_taken(&calls(entry)[0]);
    }
}

/// The steps of the action, and the defaults of its inputs.
fn action() -> (Vec<Value>, BTreeMap<String, String>) {
    let action: Value = serde_yaml::from_str(&in_project("action.yml")).unwrap();
    let inputs = action["inputs"].as_mapping().unwrap().iter();
    let inputs = inputs.map(|(name, input)| {
        let default = input["default"].as_str().unwrap();
        (name.as_str().unwrap().to_owned(), default.to_owned())
    });
    let steps = action["runs"]["steps"].as_sequence().unwrap().clone();
    (steps, inputs.collect())
}

#[cfg(unix)]
#[test]
fn the_action_annotates_and_fails_as_check_does() {
    let (steps, inputs) = action();
    let step = steps.last().unwrap();
    let tree = tree();
    fs::remove_dir_all(tree.path().join("empty")).unwrap();
    let call = |changes: &[(&str, &str)]| {
        let mut inputs = inputs.clone();
        for (name, value) in changes {
            assert!(
                inputs
                    .insert((*name).to_owned(), (*value).to_owned())
                    .is_some()
            );
        }
        let summary = tree.path().join("summary.md");
        fs::write(&summary, "before\n").unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_restage")).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        let mut command = std::process::Command::new("bash");
        // As the runner starts it: https://docs.github.com/actions, `shell: bash`.
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c"]);
        command.arg(step["run"].as_str().unwrap());
        command.current_dir(tree.path());
        command.env("PATH", format!("{}:{path}", program.display()));
        command.env("GITHUB_STEP_SUMMARY", &summary);
        for (variable, value) in step["env"].as_mapping().unwrap() {
            let value = value.as_str().unwrap();
            let input = value.strip_prefix("${{ inputs.").unwrap();
            let input = input.strip_suffix(" }}").unwrap();
            command.env(variable.as_str().unwrap(), &inputs[input]);
        }
        let output = command.output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        (
            output.status.code().unwrap(),
            out,
            fs::read_to_string(summary).unwrap(),
        )
    };
    let (code, out, summary) = call(&[]);
    assert_eq!(code, 1, "{out}");
    assert!(
        out.contains("::error file=api/Dockerfile,line=1,title="),
        "{out}"
    );
    assert!(
        summary.starts_with("before\n### restage: 2 would be rewritten"),
        "{summary}"
    );

    let evil = "split\n\napi\"; touch attacked; \"";
    let (code, _, summary) = call(&[("paths", evil), ("summary", "false")]);
    assert_eq!((code, summary.as_str()), (2, "before\n"));
    assert!(!tree.path().join("attacked").exists());

    let changes = [
        ("arguments", "--write\n--strict"),
        ("paths", "api\nsite"),
        ("format", "json"),
    ];
    let (code, _, summary) = call(&[&changes[..], &[("output", "report.json")]].concat());
    assert_eq!(code, 0);
    assert!(summary.contains("+FROM gcr.io/distroless"), "{summary}");
    let report = fs::read_to_string(tree.path().join("report.json")).unwrap();
    assert!(report.contains("\"rewritten\": 2"), "{report}");
}

#[test]
fn inputs_of_the_action_are_used_and_none_stands_in_a_script() {
    let (steps, inputs) = action();
    let mut used = String::new();
    for step in &steps {
        assert!(!step["run"].as_str().unwrap().contains("${{"));
        for (_, value) in step["env"].as_mapping().unwrap() {
            used += value.as_str().unwrap();
        }
    }
    for name in inputs.keys() {
        assert!(
            used.contains(&format!("${{{{ inputs.{name} }}}}")),
            "{name}"
        );
    }
}

#[test]
fn shells_and_manuals_know_every_option() {
    let folder = tempfile::tempdir().unwrap();
    let (_, help, _) = run(folder.path(), &["--help"]);
    let lines = help.lines().map(str::trim_start);
    let options: Vec<_> = lines
        .filter(|line| line.starts_with('-'))
        .filter_map(|line| line.split([' ', ',']).find(|word| word.starts_with("--")))
        .collect();
    assert!(options.len() > 15, "{options:?}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, script, _) = run(folder.path(), &["completions", shell]);
        assert_eq!(code, 0);
        for option in &options {
            let name = option.trim_start_matches("--");
            assert!(script.contains(name), "{shell}: {option}");
        }
    }
    let (code, page, _) = run(folder.path(), &["man"]);
    assert_eq!(code, 0);
    assert!(page.contains(".TH restage 1") && !help.contains("  man "));
    for option in options {
        let roff = option.replace('-', "\\-");
        assert!(page.contains(&roff), "{option}");
    }
}
