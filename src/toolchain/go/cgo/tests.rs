//! How programs use cgo, by their imports and manifests.

use super::*;
use crate::toolchain::compiled::sample::sample;
use crate::toolchain::go::closure::walk;

fn cgo(head: &str, main: &str, go_mod: &str) -> Result<Cgo, Code> {
    let text = format!("{head}\nWORKDIR /s\nCOPY . .\n");
    let go_mod = format!("module m\n{go_mod}");
    let files = [
        ("go.mod", go_mod.as_str()),
        ("main.go", main),
        ("libown.a", ""),
    ];
    sample(&text, &files, |build| {
        let tree = Tree::of(build);
        let world = World::at(build, &tree, "/s", 1).unwrap();
        let closure = walk(build, &tree, &world, &["/s".to_owned()], &[]);
        of(build, &tree, &world, &closure).map_err(|decline| decline.code)
    })
}

const BOOKWORM: &str = "FROM golang:1.24-bookworm";

fn import(path: &str) -> String {
    format!("package main\nimport _ \"{path}\"\n")
}

fn names(cgo: Result<Cgo, Code>) -> Vec<String> {
    match cgo.unwrap() {
        Cgo::Used { packages, .. } => packages.into_iter().map(|need| need.value).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_table_is_well_formed() {
    let table = include_str!("../data/cgo-modules.tsv");
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let wanted = if columns[1] == "system" { 4 } else { 2 };
        assert_eq!(columns.len(), wanted, "{line}");
        assert!(
            ["c", "c++", "system", "unknown", "pure"].contains(&columns[1]),
            "{line}"
        );
    }
}

#[test]
fn known_modules_say_what_they_link() {
    assert!(names(cgo(BOOKWORM, &import("github.com/mattn/go-sqlite3"), "")).is_empty());
    assert_eq!(
        cgo(BOOKWORM, &import("github.com/miekg/pkcs11"), ""),
        Err(Code::UnknownLibraries)
    );
    assert_eq!(
        cgo(BOOKWORM, &import("modernc.org/sqlite"), ""),
        Ok(Cgo::Unused)
    );
    assert_eq!(
        cgo(BOOKWORM, &import("github.com/go-gl/mathgl/mgl32"), ""),
        Ok(Cgo::Unused)
    );
    let pcap = names(cgo(
        BOOKWORM,
        &import("github.com/google/gopacket/pcap"),
        "",
    ));
    assert_eq!(pcap, ["libpcap0.8"]);
    let duck = cgo(BOOKWORM, &import("github.com/marcboeker/go-duckdb/v2"), "").unwrap();
    assert!(matches!(duck, Cgo::Used { gcc: Some(_), .. }));
}

#[test]
fn own_c_code_links_what_is_installed() {
    let own = |flags: &str| format!("package main\n// #cgo LDFLAGS: {flags}\nimport \"C\"\n");
    assert!(names(cgo(BOOKWORM, &own("-lm -lpthread"), "")).is_empty());
    assert!(names(cgo(BOOKWORM, &own("-L${SRCDIR} -lown"), "")).is_empty());
    assert_eq!(
        cgo(BOOKWORM, &own("-lmeter"), ""),
        Err(Code::UnknownLibraries)
    );
    let head = format!("{BOOKWORM}\nRUN apt-get install -y libpcap-dev");
    assert_eq!(names(cgo(&head, &own("-lpcap"), "")), ["libpcap0.8"]);
}

#[test]
fn what_only_the_manifest_names_is_perhaps_linked() {
    let require = |path: &str| format!("require {path} v1.0.0 // indirect");
    let plain = "package main\nimport _ \"github.com/x/y\"\n";
    let sqlite = cgo(BOOKWORM, plain, &require("github.com/mattn/go-sqlite3")).unwrap();
    let Cgo::Perhaps(because) = sqlite else {
        panic!("{sqlite:?}")
    };
    assert_eq!(because.evidence, ["go.mod:2"]);
    assert_eq!(
        cgo(BOOKWORM, plain, &require("github.com/google/gopacket")),
        Ok(Cgo::Unused)
    );
    assert_eq!(
        cgo(BOOKWORM, plain, &require("github.com/h2non/bimg")),
        Ok(Cgo::Unused)
    );
}
