//! Empty sources in the place of a package's own. In: the files of its targets. Out: the shell
//! commands that write them.

/// The first segments of paths, each once, in order.
pub(super) fn top_level(paths: &[String]) -> Vec<&str> {
    let mut tops: Vec<&str> = Vec::new();
    for path in paths {
        let top = path.split('/').next().unwrap_or(path);
        if !tops.contains(&top) {
            tops.push(top);
        }
    }
    tops
}

/// The commands that write empty sources.
pub(super) fn commands(stubs: &[String], lib: Option<&str>) -> Vec<String> {
    let mut folders: Vec<&str> = Vec::new();
    for stub in stubs {
        if let Some((folder, _)) = stub.rsplit_once('/')
            && !folders.contains(&folder)
        {
            folders.push(folder);
        }
    }
    let mut commands = Vec::new();
    if !folders.is_empty() {
        commands.push(format!("mkdir -p {}", folders.join(" ")));
    }
    let (libs, mains): (Vec<&str>, Vec<&str>) = stubs
        .iter()
        .map(String::as_str)
        .partition(|stub| Some(*stub) == lib);
    let print = "echo 'fn main() {}'";
    match mains.as_slice() {
        [] => {}
        [only] => commands.push(format!("{print} > {only}")),
        several => commands.push(format!("{print} | tee {} > /dev/null", several.join(" "))),
    }
    commands.extend(libs.iter().map(|lib| format!("touch {lib}")));
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_get_a_main_and_the_library_nothing() {
        let files = ["src/main.rs", "src/bin/b.rs", "src/lib.rs"].map(str::to_owned);
        assert_eq!(
            commands(&files, Some("src/lib.rs")),
            [
                "mkdir -p src src/bin",
                "echo 'fn main() {}' | tee src/main.rs src/bin/b.rs > /dev/null",
                "touch src/lib.rs",
            ]
        );
        assert_eq!(
            commands(&["main.rs".to_owned()], None),
            ["echo 'fn main() {}' > main.rs"]
        );
        assert_eq!(top_level(&files), ["src"]);
    }
}
