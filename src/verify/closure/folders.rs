//! Where the loaders look for libraries when nobody says otherwise.
//!
//! Sources: `ld.so(8)`; the multiarch tuples of Debian's policy for architectures; musl's
//! `ldso/dynlink.c`.

use crate::verify::files::{Files, Machine};

/// An architecture: its number in ELF, whether of 64 bits, Debian's tuple, musl's name.
const ARCHITECTURES: [(u16, bool, &str, &str); 8] = [
    (62, true, "x86_64-linux-gnu", "x86_64"),
    (183, true, "aarch64-linux-gnu", "aarch64"),
    (3, false, "i386-linux-gnu", "i386"),
    (40, false, "arm-linux-gnueabihf", "armhf"),
    (21, true, "powerpc64le-linux-gnu", "powerpc64le"),
    (22, true, "s390x-linux-gnu", "s390x"),
    (243, true, "riscv64-linux-gnu", "riscv64"),
    (258, true, "loongarch64-linux-gnu", "loongarch64"),
];

fn architecture(machine: Machine) -> Option<(&'static str, &'static str)> {
    ARCHITECTURES
        .iter()
        .find(|(number, wide, ..)| (*number, *wide) == (machine.number, machine.wide))
        .map(|(_, _, tuple, musl)| (*tuple, *musl))
}

/// The folders that are built into glibc's loader, those of all distributions together.
pub(super) fn of_glibc(machine: Machine) -> Vec<String> {
    let mut folders = Vec::new();
    if let Some((tuple, _)) = architecture(machine) {
        folders.extend([format!("/lib/{tuple}"), format!("/usr/lib/{tuple}")]);
    }
    let wide: &[&str] = if machine.wide {
        &["/lib64", "/usr/lib64"]
    } else {
        &[]
    };
    folders.extend(
        wide.iter()
            .chain(&["/lib", "/usr/lib"])
            .map(|&it| it.into()),
    );
    folders
}

/// The folders of musl's loader: those of its file, or its own.
pub(super) fn of_musl(files: &Files, machine: Machine) -> Vec<String> {
    let named = architecture(machine)
        .and_then(|(_, name)| files.text(&format!("/etc/ld-musl-{name}.path")));
    let text = named.as_deref().unwrap_or("/lib:/usr/local/lib:/usr/lib");
    text.split([':', '\n'])
        .map(str::trim)
        .filter(|folder| !folder.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Where musl's loader stands.
pub(super) fn musl_loader(machine: Machine) -> Option<String> {
    let (_, name) = architecture(machine)?;
    Some(format!("/lib/ld-musl-{name}.so.1"))
}

/// The values of `$LIB` in a search path.
pub(super) fn lib_tokens(machine: Machine) -> Vec<String> {
    let tuple = architecture(machine).map(|(tuple, _)| format!("lib/{tuple}"));
    let wide = if machine.wide { "lib64" } else { "lib" };
    tuple.into_iter().chain([wide.to_owned()]).collect()
}

/// The value of `$PLATFORM` in a search path.
pub(super) fn platform(machine: Machine) -> &'static str {
    architecture(machine).map_or("", |(_, name)| name)
}
