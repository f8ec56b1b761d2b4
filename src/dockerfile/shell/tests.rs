//! What is read out of shell texts.

use super::*;

fn programs(text: &str) -> Vec<String> {
    let script = parse(text);
    assert!(script.understood, "{text}");
    script
        .commands
        .iter()
        .filter_map(Command::program)
        .collect()
}

#[test]
fn commands_stand_in_order() {
    let text =
        "set -eux; a && b | c || (d; e) && if [[ ! -f f ]]; then g; fi && for x in 1 2; do h; done";
    assert_eq!(
        programs(text),
        ["set", "a", "b", "c", "d", "e", "[[", "g", "h"]
    );
}

#[test]
fn cd_leads_on_and_a_subshell_leads_back() {
    let script = parse("cd /a && (cd b && x) && y && cd c && z");
    let directory = |program: &str| -> Vec<String> {
        let is_it = |command: &&Command| command.program().as_deref() == Some(program);
        let command = script.commands.iter().find(is_it).unwrap();
        command
            .directory
            .iter()
            .map(|word| word.raw.clone())
            .collect()
    };
    assert_eq!(directory("x"), ["/a", "b"]);
    assert_eq!(directory("y"), ["/a"]);
    assert_eq!(directory("z"), ["/a", "c"]);
}

#[test]
fn words_keep_what_the_shell_would_expand() {
    let script = parse(r#"A=1 B="$X y" go build -o "/out/${N}" -ldflags "-X 'a=$(git log)'" ./*"#);
    let command = script
        .commands
        .iter()
        .find(|c| c.program().as_deref() == Some("go"));
    let command = command.unwrap();
    assert_eq!(command.assignments.len(), 2);
    let lookup = |name: &str| (name == "N").then(|| "app".to_owned());
    assert_eq!(
        command.words[3].resolve(&lookup).as_deref(),
        Some("/out/app")
    );
    assert_eq!(command.words[5].resolve(&lookup), None);
    assert_eq!(command.words[6].pattern().as_deref(), Some("./*"));
    assert_eq!(command.words[6].value(), None);
    let git = script
        .commands
        .iter()
        .find(|c| c.program().as_deref() == Some("git"))
        .unwrap();
    assert!(git.reach.substituted);
}

#[test]
fn tests_are_commands() {
    assert_eq!(
        programs("if [[ ! -f x ]] && [ -d y ]; then a; fi"),
        ["[[", "[", "a"]
    );
}

#[test]
fn scripts_for_a_shell_are_followed() {
    assert_eq!(programs("bash -lc 'cd x && make'"), ["bash", "cd", "make"]);
    assert!(!parse("sh -c \"$SCRIPT\"").understood);
}

#[test]
fn redirections_and_conditions_are_told() {
    let script = parse("echo a > /etc/x 2>&1 || true");
    assert_eq!(script.commands[0].redirects[0].target.raw, "/etc/x");
    assert!(script.commands[0].redirects[0].writes);
    assert!(script.commands[1].reach.conditional);
}

#[test]
fn errors_and_functions_are_not_understood() {
    for text in ["if x; then", "f() { a; }; f", "eval \"$X\"", "a && && b"] {
        assert!(!parse(text).understood, "{text}");
    }
}

#[test]
fn programs_in_variables_wait_for_their_values() {
    let script = parse("$VENV/bin/pip install x && echo y");
    assert!(!script.understood && !script.opaque);
    for text in ["$(which pip) install x", "eval x", ". ./env.sh", "popd"] {
        assert!(parse(text).opaque, "{text}");
    }
}

#[test]
fn activating_an_environment_is_understood() {
    for text in [
        ". venv/bin/activate && pip install x",
        "source \"$V/bin/activate\"",
    ] {
        assert!(parse(text).understood, "{text}");
    }
    assert!(!parse(". venv/bin/activate x").understood);
}

#[test]
fn commands_of_a_run_lie_in_the_file() {
    let text = "FROM a\nRUN --mount=type=cache,target=/x a b \\\n  # c\n  && d e\n";
    let dockerfile = Dockerfile::parse(text);
    let script = of_run(&dockerfile, &dockerfile.instructions[1]).unwrap();
    let spans: Vec<_> = script.commands.iter().map(|c| c.span.of(text)).collect();
    assert_eq!(spans, ["a b", "d e"]);
}

#[test]
fn heredoc_scripts_are_read() {
    let text =
        "FROM a\nRUN <<EOF\napt-get update\ncd /x\nmake\nEOF\nRUN python3 <<E\nprint(1)\nE\n";
    let dockerfile = Dockerfile::parse(text);
    let programs = |index: usize| -> Vec<String> {
        let script = of_run(&dockerfile, &dockerfile.instructions[index]).unwrap();
        assert!(script.understood);
        script
            .commands
            .iter()
            .filter_map(Command::program)
            .collect()
    };
    assert_eq!(programs(1), ["apt-get", "cd", "make"]);
    assert_eq!(programs(2), ["python3"]);
}
