//! What each kind of instruction says, and what is left opaque.

use crate::dockerfile::Dockerfile;
use crate::dockerfile::instruction::{Form, InstructionKind, Pair, flag};

fn kind(text: &str) -> InstructionKind {
    let mut dockerfile = Dockerfile::parse(text);
    assert_eq!(dockerfile.instructions.len(), 1, "{text}");
    dockerfile.instructions.remove(0).kind
}

fn pairs(text: &str) -> Vec<Pair> {
    match kind(text) {
        InstructionKind::Env(pairs) | InstructionKind::Label(pairs) => pairs,
        other => panic!("{text}: {other:?}"),
    }
}

fn names_and_values(text: &str) -> Vec<(String, String)> {
    let pairs = pairs(text).into_iter();
    pairs.map(|pair| (pair.name, pair.value)).collect()
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn from_names_an_image_and_perhaps_a_stage() {
    let text = "FROM --platform=$P \\\n  golang:1.24 \\\n  As Build";
    let InstructionKind::From(from) = kind(text) else {
        panic!("{text}");
    };
    assert_eq!(from.image, "golang:1.24");
    assert_eq!(from.image_span.of(text), "golang:1.24");
    assert_eq!(from.name.as_deref(), Some("Build"));
    assert_eq!(flag(&from.flags, "platform"), Some("$P"));
    for refused in [
        "FROM",
        "FROM a b",
        "FROM a in b",
        "FROM a AS 1",
        "FROM a AS b c",
        "FROM a AS b/c",
    ] {
        assert_eq!(kind(refused), InstructionKind::Opaque, "{refused}");
    }
}

#[test]
fn run_has_flags_and_a_command() {
    let text =
        "RUN --mount=type=cache,target=/c \\\n  # why\n  --network=none \\\n  go build \\\n  ./...";
    let InstructionKind::Run(run) = kind(text) else {
        panic!("{text}");
    };
    assert_eq!(run.flags.len(), 2);
    assert_eq!(run.flags[1].span.of(text), "--network=none");
    assert_eq!(run.form, Form::Shell("go build   ./...".to_owned()));
    assert!(text[run.command_start..].starts_with("go build"));
    let InstructionKind::Run(run) = kind(r#"RUN ["go", "build"]"#) else {
        panic!("exec form");
    };
    assert_eq!(run.form, Form::Exec(vec!["go".into(), "build".into()]));
    for refused in [
        "RUN",
        "RUN []",
        "RUN --rm x",
        "RUN [1]",
        r#"RUN ["a"] b"#,
        "RUN --mount=a",
    ] {
        assert_eq!(kind(refused), InstructionKind::Opaque, "{refused}");
    }
}

#[test]
fn copy_and_add_have_sources_and_a_destination() {
    let InstructionKind::Copy(copy) = kind("COPY --from=b --link a 'b' \\\n  ${C}/ /d/") else {
        panic!("shell form");
    };
    assert_eq!(copy.sources, ["a", "'b'", "${C}/"]);
    assert_eq!(copy.destination, "/d/");
    assert_eq!(flag(&copy.flags, "from"), Some("b"));
    assert!(!copy.exec_form && !copy.has_heredocs);
    let InstructionKind::Add(add) = kind(r#"ADD --chown=1 ["a b", "/c d"]"#) else {
        panic!("exec form");
    };
    assert_eq!(
        (add.sources.as_slice(), add.destination.as_str()),
        (&["a b".to_owned()][..], "/c d")
    );
    assert!(add.exec_form);
    for refused in [
        "COPY a",
        "COPY",
        r#"COPY ["a"]"#,
        "COPY []",
        "COPY --form=a b c",
        "ADD --from=a b c",
    ] {
        assert_eq!(kind(refused), InstructionKind::Opaque, "{refused}");
    }
}

#[test]
fn heredocs_are_no_paths() {
    let InstructionKind::Copy(copy) = kind("COPY <<a x <<-'b' /d/\n1\na\n2\nb\n") else {
        panic!("heredocs");
    };
    assert_eq!(copy.sources, ["x"]);
    assert!(copy.has_heredocs);
    for refused in [
        "COPY <<a\n1\na",
        "COPY x <<a\n1\na",
        "COPY <<\"a b\" /x\n1\na b",
        "COPY << a /x\n1\na",
        "COPY <<a /x",
    ] {
        assert_eq!(kind(refused), InstructionKind::Opaque, "{refused}");
    }
}

#[test]
fn env_and_label_have_pairs() {
    let text = "ENV A=\"b c\" \\\n  # note\n  D=e\\ f\\\nG= 'H I'=$A";
    assert_eq!(
        names_and_values(text),
        owned(&[("A", "\"b c\""), ("D", "e\\ fG="), ("H I", "$A")])
    );
    assert_eq!(pairs(text)[0].span.of(text), "A=\"b c\"");
    assert_eq!(pairs(text)[2].span.of(text), "'H I'=$A");
    assert_eq!(names_and_values("LABEL a.b=c=d"), owned(&[("a.b", "c=d")]));
    for refused in [
        "ENV A",
        "ENV",
        "ENV A=1 B",
        "ENV =1",
        "LABEL a",
        "ENV --a=b",
    ] {
        assert_eq!(kind(refused), InstructionKind::Opaque, "{refused}");
    }
}

#[test]
fn the_old_form_of_env_takes_the_rest() {
    assert_eq!(
        names_and_values("ENV A  b = \"c\" "),
        owned(&[("A", "b = \"c\"")])
    );
    let text = "ENV A b \\\n  c";
    assert_eq!(names_and_values(text), owned(&[("A", "b   c")]));
    assert_eq!(pairs(text)[0].span.of(text), "A b \\\n  c");
}

#[test]
fn arg_declares_names_with_and_without_default() {
    let InstructionKind::Arg(args) = kind("ARG A B= C=\"d e\"") else {
        panic!("ARG");
    };
    let read: Vec<_> = args
        .iter()
        .map(|arg| (arg.name.as_str(), arg.default.as_deref()))
        .collect();
    assert_eq!(read, [("A", None), ("B", Some("")), ("C", Some("\"d e\""))]);
    assert_eq!(kind("ARG"), InstructionKind::Opaque);
    assert_eq!(kind("ARG =a"), InstructionKind::Opaque);
}

#[test]
fn commands_are_in_exec_form_or_shell_form() {
    assert_eq!(
        kind("CMD [ \"a\",\\\n \"b\" ]"),
        InstructionKind::Cmd(Form::Exec(vec!["a".into(), "b".into()]))
    );
    assert_eq!(
        kind("ENTRYPOINT []"),
        InstructionKind::Entrypoint(Form::Exec(Vec::new()))
    );
    assert_eq!(
        kind("CMD ['a']"),
        InstructionKind::Cmd(Form::Shell("['a']".to_owned()))
    );
    for refused in [
        "CMD",
        "ENTRYPOINT",
        "CMD --x",
        "CMD [\"a\", 1]",
        "ENTRYPOINT [\"a\"] # b",
    ] {
        assert_eq!(kind(refused), InstructionKind::Opaque, "{refused}");
    }
}

#[test]
fn healthcheck_has_a_probe_or_none() {
    let InstructionKind::Healthcheck(check) = kind("HEALTHCHECK --interval=1s \\\n  cmd a || b")
    else {
        panic!("HEALTHCHECK");
    };
    assert_eq!(check.probe, Some(Form::Shell("a || b".to_owned())));
    assert_eq!(flag(&check.flags, "interval"), Some("1s"));
    let InstructionKind::Healthcheck(none) = kind("HEALTHCHECK none") else {
        panic!("none");
    };
    assert_eq!(none.probe, None);
    for refused in [
        "HEALTHCHECK",
        "HEALTHCHECK CMD",
        "HEALTHCHECK CMD []",
        "HEALTHCHECK NONE x",
        "HEALTHCHECK a",
        "HEALTHCHECK --x=1 CMD a",
    ] {
        assert_eq!(kind(refused), InstructionKind::Opaque, "{refused}");
    }
}

#[test]
fn the_simple_ones_keep_their_text() {
    assert_eq!(
        kind("workdir /a b/$C "),
        InstructionKind::Workdir("/a b/$C".to_owned())
    );
    assert_eq!(kind("USER $U:g"), InstructionKind::User("$U:g".to_owned()));
    assert_eq!(
        kind("STOPSIGNAL kill"),
        InstructionKind::Stopsignal("kill".to_owned())
    );
    assert_eq!(
        kind("EXPOSE 80 $P/udp"),
        InstructionKind::Expose(vec!["80".into(), "$P/udp".into()])
    );
    assert_eq!(
        kind("VOLUME /a /b"),
        InstructionKind::Volume(vec!["/a".into(), "/b".into()])
    );
    assert_eq!(
        kind("VOLUME [\"/a b\"]"),
        InstructionKind::Volume(vec!["/a b".into()])
    );
    assert_eq!(
        kind("SHELL [\"a\", \"-c\"]"),
        InstructionKind::Shell(vec!["a".into(), "-c".into()])
    );
    assert_eq!(kind("ONBUILD RUN x"), InstructionKind::Onbuild);
    assert_eq!(kind("MAINTAINER x"), InstructionKind::Maintainer);
    for refused in [
        "WORKDIR",
        "USER",
        "EXPOSE",
        "VOLUME",
        "VOLUME []",
        "VOLUME [\" \"]",
        "SHELL a",
        "SHELL []",
        "ONBUILD",
        "NOPE x",
    ] {
        assert_eq!(kind(refused), InstructionKind::Opaque, "{refused}");
    }
}

#[test]
fn another_escape_character_is_obeyed() {
    let dockerfile = Dockerfile::parse("# escape=`\nENV A=b` c D=C:\\ `\n  E=f");
    let InstructionKind::Env(pairs) = &dockerfile.instructions[0].kind else {
        panic!("ENV");
    };
    let values: Vec<_> = pairs.iter().map(|pair| pair.value.as_str()).collect();
    assert_eq!(values, ["b` c", "C:\\", "f"]);
}

#[test]
fn a_line_that_the_builder_cannot_read_is_opaque() {
    let long = |length: usize| kind(&format!("RUN {}", "a".repeat(length)));
    assert_ne!(long(65_531), InstructionKind::Opaque);
    assert_eq!(long(65_532), InstructionKind::Opaque);
}
