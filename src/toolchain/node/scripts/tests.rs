//! Scripts, chains, hooks and circles.

use super::*;

fn project(manifest: &str) -> Project {
    Project {
        manifest: super::super::manifest::Manifest::parse("package.json", manifest).unwrap(),
        members: Vec::new(),
        source: String::new(),
        app: "/app".to_owned(),
        places: Vec::new(),
        root: "/app".to_owned(),
        client: Client::Npm,
        installs: Vec::new(),
        others: Vec::new(),
        lockfile: None,
    }
}

fn leaves(scripts: &str, start: &str) -> Result<Vec<(String, bool)>, Code> {
    let project = project(&format!(r#"{{"scripts":{scripts}}}"#));
    let words = start.split(' ').map(|word| Some(word.to_owned())).collect();
    let command = StartCommand {
        words,
        directory: "/app".to_owned(),
        because: Because::default(),
    };
    let leaves = follow(&[command], &project).map_err(|decline| decline.code)?;
    let text = |leaf: &Leaf| {
        let words: Vec<_> = leaf
            .words
            .iter()
            .map(|word| word.clone().unwrap_or("?".into()))
            .collect();
        words.join(" ")
    };
    Ok(leaves
        .iter()
        .map(|leaf| (text(leaf), leaf.via.shell))
        .collect())
}

fn one(text: &str, shell: bool) -> Vec<(String, bool)> {
    vec![(text.to_owned(), shell)]
}

#[test]
fn scripts_lead_to_what_runs() {
    let scripts =
        r#"{"start":"node a.js","serve":"npm start","env":"A=1 node a.js","x":"node $F"}"#;
    assert_eq!(
        leaves(scripts, "npm start").unwrap(),
        one("node a.js", false)
    );
    assert_eq!(
        leaves(scripts, "yarn serve").unwrap(),
        one("node a.js", false)
    );
    assert_eq!(
        leaves(scripts, "npm start -- --port 3").unwrap(),
        one("node a.js --port 3", false)
    );
    assert_eq!(
        leaves(scripts, "npm run env").unwrap(),
        one("node a.js", true)
    );
    assert_eq!(leaves(scripts, "npm run x").unwrap(), one("node ?", true));
    assert_eq!(
        leaves("{}", "npm start").unwrap(),
        one("node server.js", false)
    );
    assert_eq!(leaves("{}", "npm run nope"), Err(Code::ArtifactNotFound));
}

#[test]
fn hooks_and_chains_are_run_too() {
    let scripts = r#"{"prestart":"node x.js","start":"tsc && node a.js"}"#;
    let found = leaves(scripts, "npm start").unwrap();
    let texts: Vec<_> = found.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(texts, ["node x.js", "tsc", "node a.js"]);
    assert!(found.iter().all(|(_, shell)| *shell));
}

#[test]
fn programs_that_run_scripts_are_followed() {
    let last = |start: &str, scripts: &str| leaves(scripts, start).unwrap().pop().unwrap().0;
    let scripts = r#"{"a":"node a.js","c":"concurrently \"npm:a\" \"node b.js\"","s":"run-s a"}"#;
    assert_eq!(last("npm run c", scripts), "node b.js");
    assert_eq!(last("npm run s", scripts), "node a.js");
    assert_eq!(last("tini -- npm run a", scripts), "node a.js");
}

#[test]
fn circles_and_riddles_are_declined() {
    assert_eq!(
        leaves(r#"{"a":"npm run a"}"#, "npm run a"),
        Err(Code::UnknownCommand)
    );
    assert_eq!(
        leaves(r#"{"a":"if then"}"#, "npm run a"),
        Err(Code::UnknownCommand)
    );
    assert_eq!(
        leaves("{}", "npm start --workspace=api"),
        Err(Code::UnknownCommand)
    );
}
