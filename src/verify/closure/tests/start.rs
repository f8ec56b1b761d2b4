use super::*;

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn starting(what: &'static str, command: &[&str]) -> Start {
    let words = words(command);
    Start {
        workdir: "/app".to_owned(),
        programs: vec![Program { what, words }],
        user: Identity {
            uid: 65532,
            gid: 65532,
            groups: Vec::new(),
        },
        ..Start::default()
    }
}

fn missing(what: &str, name: &str) -> (FindingKind, String, String) {
    lack(FindingKind::MissingProgram, what, name)
}

fn image() -> Image {
    Image::new().program("bin/sh", "").program("bin/server", "")
}

#[test]
fn what_is_started_must_be_there() {
    let found = |command: &[&str]| lacks_for(image(), &starting("ENTRYPOINT", command));
    assert_eq!(found(&["server", "--port", "1"]), []);
    assert_eq!(found(&["/bin/server"]), []);
    assert_eq!(
        found(&["../bin/server"]),
        [missing("ENTRYPOINT", "../bin/server")],
        "/app is not there"
    );
    assert_eq!(found(&["./server"]), [missing("ENTRYPOINT", "./server")]);
    assert_eq!(found(&["serve"]), [missing("ENTRYPOINT", "serve")]);
}

#[test]
fn what_a_shell_starts_must_be_there() {
    let found = |text: &str| lacks_for(image(), &starting("CMD", &["/bin/sh", "-c", text]));
    for text in [
        "server --port $PORT",
        "exec server",
        "cd / && exec ./bin/server \"$@\"",
        "export A=1; A=2 server",
        "server || recover",
        "if curl x; then curl y; fi; server",
        "server $(missing)",
        "$MISSING",
        "run() { missing; }; run",
        "PATH=/x missing",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
    assert_eq!(
        found("curl -f localhost || exit 1"),
        [missing("CMD", "curl")]
    );
    assert_eq!(
        found("exec gunicorn $OPTIONS"),
        [missing("CMD", "gunicorn")]
    );
    assert_eq!(found("cd /bin && ./serve"), [missing("CMD", "./serve")]);
    let with_option = starting(
        "CMD",
        &["/bin/sh", "-o", "pipefail", "-exc", "curl x | server"],
    );
    assert_eq!(lacks_for(image(), &with_option), [missing("CMD", "curl")]);
    let without_shell = starting("CMD", &["/bin/sh", "-c", "server"]);
    let bare = Image::new().program("bin/server", "");
    assert_eq!(lacks_for(bare, &without_shell), [missing("CMD", "/bin/sh")]);
}

#[test]
fn what_an_init_program_starts_must_be_there() {
    let found = |command: &[&str]| {
        let image = image()
            .program("sbin/tini", "")
            .program("bin/dumb-init", "");
        lacks_for(image, &starting("ENTRYPOINT", command))
    };
    let gone = [missing("ENTRYPOINT", "gone")];
    assert_eq!(
        found(&["/sbin/tini", "-g", "-e", "143", "--", "server"]),
        []
    );
    assert_eq!(
        found(&["/sbin/tini", "-g", "-e", "143", "--", "gone"]),
        gone
    );
    assert_eq!(found(&["/sbin/tini", "server", "--", "gone"]), []);
    assert_eq!(
        found(&["/sbin/tini", "-e", "143", "gone"]),
        [],
        "not known where options end"
    );
    assert_eq!(found(&["dumb-init", "/bin/sh", "-c", "exec gone"]), gone);
    assert_eq!(found(&["dumb-init", "--"]), []);
    assert_eq!(found(&["server", "--", "gone"]), []);
}

#[test]
fn a_health_check_is_read_as_the_configuration_has_it() {
    let program = |test: &[&str], shell: &[&str]| {
        Program::of_healthcheck(&words(test), &words(shell)).map(|program| program.words.join(" "))
    };
    assert_eq!(program(&["NONE"], &[]), None);
    assert_eq!(program(&[], &[]), None);
    assert_eq!(
        program(&["CMD", "curl", "x"], &[]).as_deref(),
        Some("curl x")
    );
    assert_eq!(
        program(&["CMD-SHELL", "curl x || exit 1"], &[]).as_deref(),
        Some("/bin/sh -c curl x || exit 1")
    );
    assert_eq!(
        program(&["CMD-SHELL", "x"], &["/bin/bash", "-ec"]).as_deref(),
        Some("/bin/bash -ec x")
    );
}

#[test]
fn what_is_started_must_be_executable_by_the_user() {
    let kind = FindingKind::NotExecutable;
    let found = |image: Image, name: &str| lacks_for(image, &starting("CMD", &[name]));
    let no_bit = image().file("app/run.sh", "#!/bin/sh\n");
    assert_eq!(
        found(no_bit, "./run.sh"),
        [lack(kind, "/app/run.sh", "65532:65532")]
    );
    let closed = image().directory("root", 0o700).program("root/server", "");
    assert_eq!(
        found(closed, "/root/server"),
        [lack(kind, "/root/server", "65532:65532")]
    );
    let unreadable = image().entry(tar::EntryType::Regular, "run.sh", 0o711, "", b"#!/bin/sh\n");
    assert_eq!(
        found(unreadable, "/run.sh"),
        [lack(kind, "/run.sh", "65532:65532")]
    );
    let python = image()
        .directory("root", 0o700)
        .program("root/uv/python", "")
        .link("app/.venv/bin/python", "/root/uv/python")
        .program("app/.venv/bin/web", "#!/app/.venv/bin/python\n");
    assert_eq!(
        found(python, "/app/.venv/bin/web"),
        [lack(kind, "/app/.venv/bin/python", "65532:65532")]
    );
}

#[test]
fn a_script_that_is_started_needs_its_interpreter() {
    let image = image().program("app/entry", "#!/bin/bash\n");
    let kind = FindingKind::MissingScriptInterpreter;
    assert_eq!(
        lacks_for(image, &starting("ENTRYPOINT", &["/app/entry"])),
        [lack(kind, "/app/entry", "/bin/bash")]
    );
}

#[test]
fn scripts_of_packages_are_left_to_the_distribution() {
    let path = |image: Image| {
        let mut start = starting("CMD", &["server"]);
        start.env = vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
        lacks_for(
            image.program("usr/bin/control", "#!/usr/bin/python3\n"),
            &start,
        )
    };
    let kind = FindingKind::MissingScriptInterpreter;
    let lacking = [lack(kind, "/usr/bin/control", "/usr/bin/python3")];
    assert_eq!(path(image()), lacking);
    let list = |text: &str| image().file("var/lib/dpkg/info/mesa.list", text);
    assert_eq!(path(list("/.\n/usr/bin/other\n")), lacking);
    assert_eq!(path(list("/.\n/usr/bin/control\n")), []);
}

#[test]
fn scripts_that_run_each_other_come_to_an_end() {
    let image = image().program("a", "#!/b\n").program("b", "#!/a\n");
    assert_eq!(lacks_for(image, &starting("CMD", &["/a"])), []);
}

#[test]
fn what_is_written_must_be_writable_by_the_user() {
    let mut start = starting("CMD", &["server"]);
    start.writes = words(&[
        "/data",
        "logs",
        "/tmp/cache/deep",
        "/srv/new",
        "/bin/server",
    ]);
    let image = image()
        .directory("tmp", 0o1777)
        .directory("srv", 0o755)
        .directory("app/logs", 0o755)
        .owned_by(65532, 65532)
        .directory("data", 0o700);
    let kind = FindingKind::Unwritable;
    let user = "65532:65532";
    assert_eq!(
        lacks_for(image, &start),
        [
            lack(kind, "/app/logs", user),
            lack(kind, "/bin/server", user),
            lack(kind, "/srv/new", user),
        ]
    );
}
