//! YAML that is read, and YAML that is not.

use std::fmt::Write as _;

use super::Step::{Item, Key};
use super::*;

fn only(text: &str) -> Node {
    read(text).unwrap().remove(0)
}

fn error(text: &str) -> YamlError {
    read(text).unwrap_err()
}

#[test]
fn values_are_text_in_the_order_of_the_file() {
    let node = only("b: 1.5\na: [true, x, ~]\nc: !override {d: 08}\ne: !reset [1]\n");
    let names: Vec<_> = node
        .entries()
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["b", "a", "c", "e"]);
    assert_eq!(node.text_of("b"), Some("1.5"));
    let items: Vec<_> = node
        .get("a")
        .unwrap()
        .items()
        .iter()
        .map(Node::text)
        .collect();
    assert_eq!(items, [Some("true"), Some("x"), None]);
    assert_eq!(node.get("c").unwrap().text_of("d"), Some("08"));
    assert_eq!(node.get("e"), None);
}

#[test]
fn a_file_has_any_number_of_documents() {
    for empty in ["", "# nothing\n", "---\n"] {
        let documents = read(empty).unwrap();
        assert!(documents.iter().all(|it| *it == Node::Null), "{empty}");
        assert_eq!(line_of(empty, &[Key("a")]), None);
    }
    assert_eq!(read("a: 1\n---\nb: 2\n").unwrap().len(), 2);
}

#[test]
fn merged_keys_do_not_replace_those_that_are_there() {
    let node = only("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\nz:\n  <<: [{a: 4}, *x]\n");
    let y = node.get("y").unwrap();
    assert_eq!((y.text_of("a"), y.text_of("b")), (Some("1"), Some("3")));
    let z = node.get("z").unwrap();
    assert_eq!((z.text_of("a"), z.text_of("b")), (Some("4"), Some("2")));
}

#[test]
fn what_is_wrong_has_its_place() {
    let twice = error("a:\n  b: 1\n  c: 2\n  b: 3\n");
    assert_eq!(twice.place, Some((4, 3)), "{twice:?}");
    assert!(
        twice.message.contains("the key `b` stands twice"),
        "{twice}"
    );
    assert!(!twice.message.contains(" at line "), "{twice}");
    let tab = error("a:\n\t- b\n");
    assert_eq!(tab.place.map(|(line, _)| line), Some(2), "{tab:?}");
    assert!(read("? [a]\n: b\n").is_err());
    assert!(read("a: *nobody\n").is_err());
}

#[test]
fn bombs_do_not_go_off() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{items}]").unwrap();
    }
    let error = error(&bomb);
    assert!(
        error.message.contains("more than") || error.message.contains("repetition"),
        "{error}"
    );
    for (open, count) in [
        ("[", 500_000),
        ("{", 500_000),
        ("- ", 300_000),
        ("? ", 300_000),
    ] {
        assert!(read(&open.repeat(count)).is_err(), "{open}");
    }
}

#[test]
fn places_have_lines() {
    let text = "# head\nservices:\n  web: {build: .}\n  api:\n    build:\n      context: ..\n    command:\n      - a\n      - b\n";
    for (steps, line) in [
        (&[Key("services")][..], 2),
        (&[Key("services"), Key("web"), Key("build")], 3),
        (
            &[Key("services"), Key("api"), Key("build"), Key("context")],
            6,
        ),
        (&[Key("services"), Key("api"), Key("command"), Item(1)], 9),
        (&[Key("services"), Key("api"), Key("no such"), Item(1)], 4),
    ] {
        assert_eq!(line_of(text, steps), Some(line), "{steps:?}");
    }
    assert_eq!(line_of(text, &[Key("other")]), None);
}
