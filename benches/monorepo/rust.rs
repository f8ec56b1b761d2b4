//! Services in Rust.

use fastrand::Rng;

use crate::prose;
use crate::tree::File;

const CRATES: [&str; 10] = [
    "anyhow",
    "axum",
    "chrono",
    "clap",
    "hyper",
    "serde",
    "serde_json",
    "tokio",
    "tracing",
    "uuid",
];

/// Dockerfile, manifest, lockfile and modules.
pub(crate) fn service(rng: &mut Rng, name: &str) -> Vec<File> {
    let wanted = prose::dependencies(rng, &CRATES, 2);
    let list = wanted
        .iter()
        .map(|(package, version)| format!("{package} = \"{version}\"\n"));
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n{}",
        list.collect::<String>()
    );
    let main = "mod shop;\n\nfn main() {\n    let port = std::env::var(\"PORT\").unwrap_or_default();\n    println!(\"listening on {port}\");\n}\n";
    let mut files = vec![
        ("Dockerfile".to_owned(), dockerfile(rng, name)),
        ("Cargo.toml".to_owned(), manifest),
        ("Cargo.lock".to_owned(), lockfile(rng, name, &wanted)),
        ("src/main.rs".to_owned(), main.to_owned()),
    ];
    let head = "//! A part of the shop.\n\nuse std::collections::BTreeMap;\n";
    files.extend(prose::sources(rng, "src/shop", ".rs", head, function));
    files.extend(prose::rest(rng, name));
    files
}

fn dockerfile(rng: &mut Rng, name: &str) -> String {
    let base = ["rust:1", "rust:1.85", "rust:1.82-slim-bookworm"][rng.usize(..3)];
    let start = [
        format!("RUN cargo build --release\nEXPOSE 8080\nCMD [\"./target/release/{name}\"]"),
        format!("RUN cargo install --path .\nEXPOSE 8080\nCMD [\"{name}\"]"),
    ];
    format!(
        "FROM {base}\nWORKDIR /usr/src/app\nCOPY . .\n{}\n",
        start[rng.usize(..2)]
    )
}

fn lockfile(rng: &mut Rng, name: &str, wanted: &[(&str, String)]) -> String {
    let list = wanted
        .iter()
        .map(|(package, _)| format!(" \"{package}\",\n"));
    let list = list.collect::<Vec<_>>().concat();
    let own = format!(
        "version = 4\n\n[[package]]\nname = \"{name}\"\nversion = \"0.1.0\"\ndependencies = [\n{list}]\n"
    );
    let direct = wanted
        .iter()
        .map(|(package, version)| locked(rng, package, version));
    let direct = direct.collect::<Vec<_>>().concat();
    let others = prose::lines(rng, 20..150, |rng, number| {
        let version = prose::version(rng);
        locked(rng, &format!("zz-lib-{number}"), &version)
    });
    own + &direct + &others
}

fn locked(rng: &mut Rng, package: &str, version: &str) -> String {
    let source = "registry+https://github.com/rust-lang/crates.io-index";
    let checksum = prose::hex(rng, 64);
    format!(
        "\n[[package]]\nname = \"{package}\"\nversion = \"{version}\"\nsource = \"{source}\"\nchecksum = \"{checksum}\"\n"
    )
}

fn function(rng: &mut Rng, number: usize) -> String {
    let (verb, noun) = (prose::verb(rng), prose::noun(rng));
    format!(
        "/// {verb} of {noun}.\npub fn {verb}_{noun}_{number}(store: &BTreeMap<u64, String>, id: u64) -> Result<String, String> {{\n    \
         let Some(row) = store.get(&id) else {{\n        return Err(format!(\"no {noun} {{id}}\"));\n    }};\n    \
         for attempt in 0..{} {{\n        println!(\"{verb} {{id}}, attempt {{attempt}}\");\n    }}\n    Ok(row.clone())\n}}\n",
        rng.u8(2..9)
    )
}
