//! The command line of `node`. In: its arguments. Out: flags, the file that runs, modules that are
//! loaded before it.

/// What `node` is asked to run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Invocation {
    /// The file, as written; `None` where there is none or it is not known.
    pub(super) file: Option<String>,
    /// Modules that flags load (`-r dotenv/config`).
    pub(super) preloaded: Vec<String>,
    /// Whether code on the command line runs (`-e`).
    pub(super) inline: bool,
    /// Whether nothing is known to run: a prompt.
    pub(super) prompt: bool,
    /// Whether TLS uses the system's certificates.
    pub(super) system_certificates: bool,
}

/// Flags that take a value in the next word. Source: Node's documentation of its command line.
const WITH_VALUE: [&str; 15] = [
    "-r",
    "--require",
    "--import",
    "--loader",
    "--experimental-loader",
    "-C",
    "--conditions",
    "--title",
    "--input-type",
    "--icu-data-dir",
    "--openssl-config",
    "--env-file",
    "--max-http-header-size",
    "--stack-trace-limit",
    "--disable-warning",
];

const PRELOADS: [&str; 5] = [
    "-r",
    "--require",
    "--import",
    "--loader",
    "--experimental-loader",
];

/// Reads the arguments of `node`.
pub(super) fn read(arguments: &[Option<String>]) -> Invocation {
    let mut invocation = Invocation::default();
    let mut at = 0;
    while let Some(argument) = arguments.get(at) {
        at += 1;
        let Some(word) = argument.as_deref() else {
            return invocation;
        };
        if word == "--" {
            continue;
        }
        if !word.starts_with('-') || word == "-" {
            invocation.file = Some(word.to_owned());
            return invocation;
        }
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word, None),
        };
        let value = match value {
            None if WITH_VALUE.contains(&name) => {
                at += 1;
                arguments.get(at - 1).cloned().flatten()
            }
            value => value,
        };
        match name {
            "-e" | "--eval" | "-p" | "--print" | "-pe" => {
                invocation.inline = true;
                return invocation;
            }
            "--use-openssl-ca" | "--use-system-ca" => invocation.system_certificates = true,
            _ if PRELOADS.contains(&name) => invocation.preloaded.extend(value),
            _ => {}
        }
    }
    invocation.prompt = true;
    invocation
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(text: &str) -> Invocation {
        let words = text.split_whitespace();
        let words: Vec<_> = words.map(|word| Some(word.to_owned())).collect();
        read(&words)
    }

    #[test]
    fn the_file_stands_behind_the_flags() {
        for text in [
            "a.js --port 3",
            "--enable-source-maps a.js",
            "--max-old-space-size=512 a.js",
            "-r dotenv/config a.js -r x",
            "--require ./b --inspect=0.0.0.0 a.js",
            "--env-file=.env a.js",
        ] {
            assert_eq!(get(text).file.as_deref(), Some("a.js"), "{text}");
        }
        assert_eq!(
            get("-r dotenv/config --import=x a.js").preloaded,
            ["dotenv/config", "x"]
        );
    }

    #[test]
    fn there_may_be_no_file() {
        assert!(get("").prompt && get("--inspect").prompt);
        assert!(get("-e 1+1").inline);
        let unknown = read(&[None]);
        assert!(!unknown.prompt && unknown.file.is_none());
        assert!(get("--use-openssl-ca a.js").system_certificates);
    }
}
