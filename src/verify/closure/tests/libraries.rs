use object::elf;

use super::*;
use crate::verify::files::sample::{Binary, TWO_DEFINITIONS};

const GLIBC_LOADER: &str = "/lib64/ld-linux-x86-64.so.2";
const MUSL_LOADER: &str = "/lib/ld-musl-x86_64.so.1";

pub(super) fn program<'a>(needed: &'a [&'a str]) -> Binary<'a> {
    Binary {
        interpreter: GLIBC_LOADER,
        needed,
        ..Binary::default()
    }
}

pub(super) fn library(soname: &str) -> Binary<'_> {
    Binary {
        soname,
        ..Binary::default()
    }
}

/// A Debian image with the C library only.
pub(super) fn debian() -> Image {
    let libc = Binary {
        offers: TWO_DEFINITIONS,
        needed: &["ld-linux-x86-64.so.2"],
        ..library("libc.so.6")
    };
    Image::new()
        .link("lib", "usr/lib")
        .link("lib64", "usr/lib64")
        .link(
            "usr/lib64/ld-linux-x86-64.so.2",
            "../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
        )
        .program(
            "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
            library("ld-linux-x86-64.so.2").bytes(),
        )
        .program("usr/lib/x86_64-linux-gnu/libc.so.6", libc.bytes())
}

fn alpine() -> Image {
    Image::new()
        .program(
            "lib/ld-musl-x86_64.so.1",
            library("libc.musl-x86_64.so.1").bytes(),
        )
        .link("lib/libc.musl-x86_64.so.1", "ld-musl-x86_64.so.1")
}

pub(super) fn missing_library(path: &str, what: &str) -> (FindingKind, String, String) {
    lack(FindingKind::MissingLibrary, path, what)
}

#[test]
fn a_program_whose_libraries_are_there_lacks_nothing() {
    assert_eq!(
        lacks(debian().program("app", program(&["libc.so.6"]).bytes())),
        []
    );
    let musl = Binary {
        interpreter: MUSL_LOADER,
        ..program(&["libc.musl-x86_64.so.1", "libpthread.so.0"])
    };
    assert_eq!(lacks(alpine().program("app", musl.bytes())), []);
}

#[test]
fn a_program_needs_its_loader() {
    let musl = Binary {
        interpreter: MUSL_LOADER,
        ..Binary::default()
    };
    let kind = FindingKind::MissingInterpreter;
    assert_eq!(
        lacks(debian().program("app", musl.bytes())),
        [lack(kind, "/app", MUSL_LOADER)]
    );
    assert_eq!(
        lacks(alpine().program("app", program(&["libc.so.6"]).bytes())),
        [lack(kind, "/app", GLIBC_LOADER)]
    );
}

#[test]
fn a_library_and_what_it_needs_must_be_there() {
    let pq = Binary {
        needed: &["libssl.so.3"],
        ..library("libpq.so.5")
    };
    let image = debian()
        .program("app", program(&["libpq.so.5", "libz.so.1"]).bytes())
        .file("usr/lib/x86_64-linux-gnu/libpq.so.5", pq.bytes());
    assert_eq!(
        lacks(image),
        [
            missing_library("/app", "libz.so.1"),
            missing_library("/usr/lib/x86_64-linux-gnu/libpq.so.5", "libssl.so.3"),
        ]
    );
}

#[test]
fn a_library_for_another_machine_is_none() {
    let arm = Binary {
        machine: elf::EM_AARCH64,
        ..library("libz.so.1")
    };
    let image = debian()
        .program("app", program(&["libz.so.1"]).bytes())
        .file("usr/lib/libz.so.1", arm.bytes());
    assert_eq!(lacks(image), [missing_library("/app", "libz.so.1")]);
}

#[test]
fn a_version_must_be_there() {
    let wanting = |wants| Binary {
        wants,
        ..program(&["libc.so.6"])
    };
    let with = |wants| lacks(debian().program("app", wanting(wants).bytes()));
    assert_eq!(with(&[("libc.so.6", "GLIBC_2.36")]), []);
    let what = "`GLIBC_2.38` of `libc.so.6`";
    assert_eq!(
        with(&[("libc.so.6", "GLIBC_2.38")]),
        [lack(FindingKind::MissingVersion, "/app", what)]
    );
    let on_musl = Binary {
        interpreter: MUSL_LOADER,
        wants: &[("libz.so.1", "ZLIB_9")],
        ..program(&["libz.so.1"])
    };
    let versioned = Binary {
        offers: &["ZLIB_1"],
        ..library("libz.so.1")
    };
    let image = alpine()
        .program("app", on_musl.bytes())
        .file("usr/lib/libz.so.1", versioned.bytes());
    assert_eq!(lacks(image), [], "musl does not look at versions");
    let unversioned = debian()
        .program(
            "app",
            Binary {
                wants: &[("libz.so.1", "ZLIB_1.2")],
                ..program(&["libz.so.1"])
            }
            .bytes(),
        )
        .file("usr/lib/libz.so.1", library("libz.so.1").bytes());
    assert_eq!(lacks(unversioned), []);
}

#[test]
fn a_search_path_of_the_file_is_followed() {
    let found = |program: Binary<'_>| {
        let image = debian()
            .program("opt/tool/bin/app", program.bytes())
            .file(
                "opt/tool/lib/liba.so",
                Binary {
                    needed: &["libb.so"],
                    ..library("liba.so")
                }
                .bytes(),
            )
            .file("opt/tool/lib/libb.so", library("libb.so").bytes());
        lacks(image)
    };
    let rpath = Binary {
        rpath: "${ORIGIN}/../lib",
        ..program(&["liba.so"])
    };
    assert_eq!(found(rpath), [], "DT_RPATH is for all that is loaded");
    let runpath = Binary {
        runpath: "$ORIGIN/../$LIB:$ORIGIN/../lib",
        ..program(&["liba.so"])
    };
    assert_eq!(
        found(runpath),
        [missing_library("/opt/tool/lib/liba.so", "libb.so")],
        "DT_RUNPATH is for the file itself"
    );
}

#[test]
fn a_folder_of_the_environment_is_searched() {
    let image = || {
        debian()
            .program("app", program(&["libjvm.so"]).bytes())
            .file(
                "opt/java/lib/server/libjvm.so",
                library("libjvm.so").bytes(),
            )
    };
    let start = Start {
        env: vec![(
            "LD_LIBRARY_PATH".to_owned(),
            "/x:/opt/java/lib/server".to_owned(),
        )],
        ..Start::default()
    };
    assert_eq!(lacks_for(image(), &start), []);
    assert_eq!(lacks(image()), [missing_library("/app", "libjvm.so")]);
}

#[test]
fn a_module_that_no_program_leads_to_is_looked_at_too() {
    let module = Binary {
        needed: &["libgomp.so.1", "libc.so.6"],
        ..Binary::default()
    };
    let path = "usr/lib/python3/site-packages/m.so";
    assert_eq!(
        lacks(debian().file(path, module.bytes())),
        [missing_library(
            "/usr/lib/python3/site-packages/m.so",
            "libgomp.so.1"
        )]
    );
    assert_eq!(
        lacks(
            alpine().file(
                "m.so",
                Binary {
                    needed: &["libc.so.6"],
                    ..module
                }
                .bytes()
            )
        ),
        [missing_library("/m.so", "libc.so.6")],
        "a module for glibc, on musl"
    );
}

#[test]
fn libraries_that_need_each_other_are_followed_once() {
    let image = debian()
        .program("app", program(&["a.so"]).bytes())
        .file(
            "usr/lib/a.so",
            Binary {
                needed: &["b.so"],
                ..library("a.so")
            }
            .bytes(),
        )
        .file(
            "usr/lib/b.so",
            Binary {
                needed: &["a.so", "c.so"],
                ..library("b.so")
            }
            .bytes(),
        );
    assert_eq!(lacks(image), [missing_library("/usr/lib/b.so", "c.so")]);
}

#[test]
fn what_is_loaded_first_must_be_there() {
    let start = Start {
        env: vec![(
            "LD_PRELOAD".to_owned(),
            "/usr/lib/libjemalloc.so.2".to_owned(),
        )],
        ..Start::default()
    };
    let missing = missing_library("LD_PRELOAD", "/usr/lib/libjemalloc.so.2");
    assert_eq!(lacks_for(debian(), &start), [missing]);
}
