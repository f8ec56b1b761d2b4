use object::elf;
use proptest::prelude::*;
use tar::EntryType;

use super::sample::{Binary, Image, TWO_DEFINITIONS};
use super::*;

fn paths(files: &Files) -> Vec<&str> {
    files.iter().map(|(path, _)| path).collect()
}

#[test]
fn paths_are_absolute_and_directories_are_implied() {
    let files = Image::new()
        .file("./app/a.txt", "ab")
        .file("b", "c")
        .files();
    assert_eq!(paths(&files), ["/", "/app", "/app/a.txt", "/b"]);
    assert!(files.get("/app").unwrap().is_directory());
    assert_eq!((files.count(), files.bytes()), (2, 3));
}

#[test]
fn a_file_says_what_it_begins_with() {
    let script = "#! /usr/bin/env python3 \nprint()\n";
    let files = Image::new()
        .program("s", script)
        .file("plain", "#")
        .file("empty", "")
        .file("damaged", b"\x7fELF\x02\x01\x01")
        .file("elf", Binary::default().bytes())
        .files();
    let head = |path: &str| &files.get(path).unwrap().file().unwrap().head;
    assert_eq!(*head("/s"), Head::Script("/usr/bin/env python3".to_owned()));
    assert_eq!(*head("/plain"), Head::Plain);
    assert_eq!(*head("/empty"), Head::Plain);
    assert_eq!(*head("/damaged"), Head::Damaged);
    assert!(matches!(head("/elf"), Head::Elf(_)));
}

#[test]
fn an_elf_file_says_what_it_asks_for() {
    for (wide, machine) in [(true, elf::EM_AARCH64), (false, elf::EM_386)] {
        let bytes = Binary {
            machine,
            wide,
            interpreter: "/lib/ld.so",
            soname: "libme.so.1",
            needed: &["libc.so.6", "libz.so.1"],
            rpath: "/a:/b",
            runpath: "$ORIGIN/../lib",
            wants: &[("libc.so.6", "GLIBC_2.38")],
            offers: TWO_DEFINITIONS,
        }
        .bytes();
        let files = Image::new().program("p", bytes).files();
        let read = files.get("/p").unwrap().elf().unwrap();
        assert_eq!(read.role, Role::Program);
        assert_eq!((read.machine.number, read.machine.wide), (machine.0, wide));
        assert_eq!(read.interpreter.as_deref(), Some("/lib/ld.so"));
        assert_eq!(read.soname.as_deref(), Some("libme.so.1"));
        assert_eq!(read.needed, ["libc.so.6", "libz.so.1"]);
        assert_eq!(read.rpath, ["/a", "/b"]);
        assert_eq!(read.runpath, ["$ORIGIN/../lib"]);
        assert_eq!(
            read.wants,
            [("libc.so.6".to_owned(), "GLIBC_2.38".to_owned())]
        );
        assert!(read.offers.iter().eq(TWO_DEFINITIONS));
    }
}

#[test]
fn a_file_that_repeats_a_text_does_not_fill_the_memory() {
    let long = "x".repeat(4096);
    let needed = vec![long.as_str(); 1000];
    let repeating = Binary {
        needed: &needed,
        ..Binary::default()
    };
    let files = Image::new().program("p", repeating.bytes()).files();
    assert_eq!(files.get("/p").unwrap().file().unwrap().head, Head::Damaged);
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_that_a_real_linker_made_is_read() {
    let bytes = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let files = Image::new().program("p", bytes).files();
    let read = files.get("/p").unwrap().elf().unwrap();
    assert_eq!(read.role, Role::Program);
    if read
        .interpreter
        .as_deref()
        .is_some_and(|it| it.contains("ld-linux"))
    {
        assert!(read.needed.iter().any(|name| name == "libc.so.6"));
        let glibc = |(_, version): &(String, String)| version.starts_with("GLIBC_2.");
        assert!(read.wants.iter().any(glibc));
    }
}

#[test]
fn a_hard_link_is_the_same_file() {
    let files = Image::new()
        .program("bin/busybox", "#!/x")
        .hard_link("bin/sh", "bin/busybox")
        .hard_link("bin/none", "bin/missing")
        .files();
    assert_eq!(files.get("/bin/sh"), files.get("/bin/busybox"));
    assert_eq!(files.get("/bin/none").unwrap().kind, Kind::Other);
    let accounts = Image::new()
        .file("etc/group", "a:x:7:")
        .hard_link("etc/passwd", "etc/group")
        .files();
    assert!(accounts.text("/etc/passwd").is_some());
    assert_eq!((files.count(), files.bytes()), (2, 4));
}

#[test]
fn a_path_longer_than_a_header_is_read_whole() {
    let long = format!("app/{}/file", "x".repeat(300));
    let files = Image::new().file(&long, "1").files();
    assert!(files.get(&format!("/{long}")).is_some());
}

#[test]
fn what_is_beyond_a_limit_is_an_error() {
    let tight = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    };
    let bytes = Image::new()
        .file("a/b/c/d", "1")
        .link("e", "a/b/c/d")
        .bytes();
    let read = |limits: Limits| Files::read(bytes.as_slice(), &limits);
    assert!(read(Limits::default()).is_ok());
    assert!(read(tight(|limits| limits.entries = 5)).is_err());
    assert!(read(tight(|limits| limits.path = 6)).is_err());
    assert!(read(tight(|limits| limits.depth = 3)).is_err());
}

#[test]
fn an_elf_file_above_the_limit_is_not_read() {
    let elf = Binary::default().bytes();
    let limits = |elf| Limits {
        elf,
        ..Limits::default()
    };
    let bytes = Image::new().file("a", &elf).file("b", "#!/b").bytes();
    let head = |most: u64| {
        let files = Files::read(bytes.as_slice(), &limits(most)).unwrap();
        assert!(matches!(
            files.get("/b").unwrap().file().unwrap().head,
            Head::Script(_)
        ));
        files.get("/a").unwrap().file().unwrap().head.clone()
    };
    assert_eq!(head(elf.len() as u64 - 1), Head::Unread);
    assert!(matches!(head(elf.len() as u64), Head::Elf(_)));
}

#[test]
fn a_name_of_megabytes_is_refused() {
    let name = vec![b'a'; 8 << 20];
    let bytes = Image::new()
        .entry(EntryType::GNULongName, "x", 0, "", &name)
        .file("a", "")
        .bytes();
    assert!(Files::read(bytes.as_slice(), &Limits::default()).is_err());
}

#[test]
fn a_stream_that_is_cut_off_is_an_error() {
    let bytes = Image::new()
        .file("a", "x".repeat(5000))
        .file("b", "")
        .bytes();
    assert!(Files::read(&bytes[..3000], &Limits::default()).is_err());
}

#[test]
fn what_an_image_carries_is_counted() {
    let files = Image::new()
        .file(
            "var/lib/dpkg/status",
            "Package: a\nStatus: x\n\nPackage: b\n",
        )
        .file("var/lib/dpkg/status.d/c", "Package: c\n")
        .file("var/lib/dpkg/status.d/c.md5sums", "")
        .file("lib/apk/db/installed", "P:d\nV:1\n\nP:e\n")
        .program("bin/busybox", "x")
        .link("bin/sh", "busybox")
        .link("bin/bash", "missing")
        .program("usr/local/go/bin/go", "x")
        .program("usr/bin/gcc-12", "x")
        .file("usr/bin/make", "not executable")
        .program("src/npm", "in no folder of programs")
        .files();
    assert_eq!(files.packages(), 5);
    assert_eq!(files.shells(), ["busybox", "sh"]);
    assert_eq!(files.tools(), ["gcc", "go"]);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..4096)) {
        _ = Files::read(bytes.as_slice(), &Limits::default());
    }

    #[test]
    fn any_headers_are_read_or_refused(
        entries in proptest::collection::vec(
            (any::<u8>(), any::<[u8; 12]>(), any::<Option<u16>>(), any::<[u8; 512]>()),
            1..8,
        ),
    ) {
        let mut bytes = Vec::new();
        for (kind, size, small, content) in entries {
            let mut header = tar::Header::new_gnu();
            header.as_mut_bytes()[..64].copy_from_slice(&content[..64]);
            header.as_mut_bytes()[386..].copy_from_slice(&content[386..]);
            header.as_old_mut().linkflag = [b"0125LKxgS7"[usize::from(kind) % 10]];
            header.as_old_mut().size = size;
            if let Some(small) = small {
                header.set_size(u64::from(small));
            }
            header.set_mode(0o644);
            header.set_uid(0);
            header.set_gid(0);
            header.set_cksum();
            bytes.extend(header.as_bytes());
            bytes.extend(content);
        }
        _ = Files::read(bytes.as_slice(), &Limits::default());
    }

    #[test]
    fn any_damage_to_an_archive_is_survived(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..24),
    ) {
        let elf = Binary { needed: &["a"], offers: TWO_DEFINITIONS, ..Binary::default() }.bytes();
        let mut bytes = Image::new().program("p", elf).link("l", "p").bytes();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        _ = Files::read(bytes.as_slice(), &Limits::default());
    }

    #[test]
    fn any_damage_to_an_elf_file_is_survived(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..24),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = Binary {
            interpreter: "/i",
            needed: &["a", "b"],
            runpath: "/r",
            wants: &[("a", "V")],
            offers: TWO_DEFINITIONS,
            ..Binary::default()
        }
        .bytes();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len()) + bytes.len() / 2);
        _ = Elf::read(&bytes);
    }
}
