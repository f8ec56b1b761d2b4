//! A team's own templates: one that works, and what is said about those that do not.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

const EXAMPLE: &str = "tests/cases/go/server-templates/context";

/// Restages the example with `text` as the template of its final stage: exit code, standard output
/// and standard error.
fn restaged(text: &str) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("go")).unwrap();
    fs::write(folder.path().join("go/distroless.Dockerfile"), text).unwrap();
    with_folder(folder.path(), EXAMPLE)
}

fn with_folder(folder: &Path, example: &str) -> (Option<i32>, String, String) {
    let output = Command::cargo_bin("restage")
        .unwrap()
        .arg("--template-dir")
        .arg(folder)
        .arg(example)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn a_template_of_ones_own_replaces_the_built_in_one() {
    let built_in = include_str!("../../templates/go/distroless.Dockerfile");
    let own = built_in.replace("WORKDIR", "ENV TEAM=platform\nWORKDIR");
    let (code, diff, errors) = restaged(&own);
    assert_eq!(code, Some(0), "{errors}");
    assert!(diff.contains("\n+ENV TEAM=platform\n"), "{diff}");
}

#[test]
fn a_template_that_does_not_render_is_an_error() {
    for text in [
        "FROM {{ image",
        "FROM {{ picture }}\n",
        "#% for x in copies\nFROM a\n",
    ] {
        let (code, diff, errors) = restaged(text);
        assert_eq!(code, Some(2), "{text}: {errors}");
        assert!(diff.is_empty(), "{diff}");
        assert!(
            errors.contains("`go/distroless.Dockerfile` does not render"),
            "{errors}"
        );
        assert!(errors.contains("--template-dir"), "{errors}");
    }
}

#[test]
fn a_template_that_breaks_an_invariant_is_an_error() {
    let built_in = include_str!("../../templates/go/distroless.Dockerfile");
    for (from, to, breach) in [
        ("{{ line }}", "", "is lost"),
        ("WORKDIR {{ workdir }}", "WORKDIR /elsewhere", "WORKDIR"),
        (
            "--from={{ builder }}",
            "--from=nobody",
            "names no earlier stage",
        ),
        ("FROM ", "FORM ", "not understood"),
    ] {
        let (code, diff, errors) = restaged(&built_in.replace(from, to));
        assert_eq!(code, Some(2), "{to}: {errors}");
        assert!(diff.is_empty(), "{diff}");
        assert!(errors.contains(breach), "{to}: {errors}");
    }
}

#[test]
fn a_template_that_makes_no_links_is_an_error_where_there_are_some() {
    let built_in = include_str!("../../templates/python/slim.Dockerfile");
    let without = built_in.replace("#% for line in links\n{{ line }}\n#% endfor\n", "");
    assert_ne!(built_in, without);
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("python")).unwrap();
    fs::write(folder.path().join("python/slim.Dockerfile"), without).unwrap();
    let example = "tests/cases/python/linked-log/context";
    let (code, diff, errors) = with_folder(folder.path(), example);
    assert_eq!((code, diff.as_str()), (Some(2), ""), "{errors}");
    assert!(errors.contains("is lost"), "{errors}");
}

#[test]
fn a_folder_that_holds_no_templates_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, errors) = with_folder(folder.path(), EXAMPLE);
    assert_eq!(code, Some(2));
    assert!(errors.contains("holds no template"), "{errors}");
    let (code, _, errors) = with_folder(&folder.path().join("missing"), EXAMPLE);
    assert_eq!(code, Some(2));
    assert!(
        errors.contains("cannot read the template folder"),
        "{errors}"
    );
    fs::create_dir(folder.path().join("cobol")).unwrap();
    let (code, _, errors) = with_folder(folder.path(), EXAMPLE);
    assert_eq!(code, Some(2));
    assert!(errors.contains("folder of no toolchain"), "{errors}");
}
