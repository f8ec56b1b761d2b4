//! What a run says, how it exits, and what it tells the core.

use super::*;

#[test]
fn one_bad_file_does_not_stop_the_others_and_order_is_that_of_paths() {
    let mut scene = Scene::new(&[
        ("a/Dockerfile", "FROM PANIC\n"),
        ("b/Dockerfile", ""),
        ("c/Dockerfile", "FROM a\nRUN DECLINE\n"),
        ("d/Dockerfile", "FROM a\n"),
        ("e/Dockerfile", "FROM a\nUSER 1\n"),
        ("f/Dockerfile", "FROM SAME\n"),
    ]);
    let expected = "\
        a/Dockerfile: declined[internal]: restage panicked on this file\n\
        \x20 = hint: please report it with the Dockerfile\n\
        error: b/Dockerfile: is empty\n\
        c/Dockerfile:2: declined[onbuild]: no\n\
        \x20 = hint: a hint\n\
        d/Dockerfile: would be rewritten: toolchain `go`, runtime `slim`\n\
        e/Dockerfile: unchanged[no-benefit]: done already\n\
        f/Dockerfile: declined[internal]: the rewrite changes nothing\n\
        \x20 = hint: please report it with the Dockerfile\n\
        1 would be rewritten, 1 declined, 1 unchanged, 3 errors\n";
    for jobs in [None, NonZeroUsize::new(1), NonZeroUsize::new(7)] {
        scene.invocation.jobs = jobs;
        scene.invocation.verbosity = Verbosity::Verbose;
        let (exit, _, err) = scene.run();
        assert_eq!((exit, err.as_str()), (Exit::Failed, expected));
    }
}

#[test]
fn exit_codes_tell_what_was_found() {
    let mut scene = Scene::new(&[("a.Dockerfile", "FROM a\n"), ("b.Dockerfile", "DECLINE\n")]);
    let exit = |scene: &mut Scene, path: &str, mode: Mode, strict: bool| {
        scene.paths(&[path]);
        scene.invocation.mode = mode;
        scene.invocation.strict = strict;
        scene.run().0
    };
    assert_eq!(
        exit(&mut scene, "a.Dockerfile", Mode::Diff, true),
        Exit::Done
    );
    assert_eq!(
        exit(&mut scene, "a.Dockerfile", Mode::Check, false),
        Exit::Found
    );
    assert_eq!(
        exit(&mut scene, "b.Dockerfile", Mode::Check, false),
        Exit::Done
    );
    assert_eq!(
        exit(&mut scene, "b.Dockerfile", Mode::Diff, true),
        Exit::Found
    );
    assert_eq!(
        exit(&mut scene, "c.Dockerfile", Mode::Check, true),
        Exit::Failed
    );
}

#[test]
fn a_quiet_check_says_nothing_and_a_quiet_dry_run_the_diff() {
    let mut scene = Scene::new(&[("Dockerfile", "FROM a\n")]);
    scene.invocation.verbosity = Verbosity::Quiet;
    let (_, out, err) = scene.run();
    assert!(
        out.ends_with("+USER 65532\n") && err.is_empty(),
        "{out}{err}"
    );
    scene.invocation.mode = Mode::Check;
    assert_eq!(scene.run(), (Exit::Found, String::new(), String::new()));
    scene.invocation.verbosity = Verbosity::Normal;
    assert!(scene.run().1.ends_with("+USER 65532\n"));
}

#[test]
fn standard_input_gives_a_diff_or_as_a_filter_the_text() {
    let mut scene = Scene::new(&[]);
    scene.invocation.subject = Subject::Stdin;
    scene.stdin = "\u{feff}FROM a\r\n".into();
    let (_, out, err) = scene.run();
    assert!(
        out.starts_with("--- a/Dockerfile\n+++ b/Dockerfile\n"),
        "{out}"
    );
    assert!(err.starts_with("<stdin>: would be rewritten: "), "{err}");

    scene.invocation.mode = Mode::Write;
    assert_eq!(scene.run().1, "\u{feff}FROM a\r\nUSER 65532\r\n");
    scene.stdin = "FROM a\nRUN DECLINE".into();
    let (exit, out, err) = scene.run();
    assert_eq!((exit, out.as_str()), (Exit::Done, "FROM a\nRUN DECLINE"));
    assert!(err.starts_with("<stdin>:2: declined[onbuild]"), "{err}");
    scene.stdin = b"FROM \xff".to_vec();
    assert_eq!(scene.run().0, Exit::Failed);
}

/// Says which build context it was given, and copies what the text names.
struct Contexts;

impl Core for Contexts {
    fn copy_sources(&self, text: &str) -> Vec<String> {
        text.lines()
            .filter_map(|line| line.strip_prefix("COPY "))
            .map(str::to_owned)
            .collect()
    }

    fn restage(&self, _text: &str, target: &Target, _: &Settings) -> Outcome {
        let context = target
            .context
            .as_ref()
            .map(|context| context.display().to_string());
        Outcome::Declined(Decline::new(
            Code::NoContext,
            context.unwrap_or_else(|| "none".to_owned()),
        ))
    }
}

#[test]
fn the_build_context_is_the_given_one_or_the_one_with_the_files() {
    let mut scene = Scene::new(&[
        ("svc/go.mod", ""),
        ("svc/docker/Dockerfile", "FROM a\nCOPY svc/go.mod\n"),
    ]);
    let context = |scene: &Scene| {
        let err = scene.run_with(&Contexts).2;
        err.lines()
            .next()
            .unwrap()
            .rsplit(": ")
            .next()
            .unwrap()
            .to_owned()
    };
    let inside = |path: &str| scene.root.join(path).display().to_string();
    let (root, svc, own) = (inside(""), inside("svc"), inside("svc/docker"));
    assert_eq!(
        context(&scene),
        own,
        "without a repository nothing above is looked at"
    );
    git(&scene.root, &["init", "-q"]);
    assert_eq!(context(&scene), root.trim_end_matches('/'));
    scene.invocation.context = Some(PathBuf::from("svc"));
    assert_eq!(context(&scene), svc);
    scene.invocation.subject = Subject::Stdin;
    scene.stdin = b"FROM a\n".to_vec();
    assert_eq!(context(&scene), svc);
    scene.invocation.context = None;
    assert_eq!(context(&scene), "none");
}
