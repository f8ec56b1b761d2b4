//! Properties of rewrites: whatever a Dockerfile is put together from, no invariant breaks, a second
//! run changes nothing, and the line ends stay what they were.

use proptest::prelude::*;
use restage::options::Options;
use restage::outcome::{Code, Outcome};
use restage::project::context::BuildContext;
use restage::template::Templates;

/// A base image with what builds and starts a project on it.
const PROJECTS: [(&str, &str, &str); 4] = [
    (
        "golang:1.24",
        "RUN go build -o /srv/app .",
        "CMD [\"/srv/app\"]",
    ),
    ("node:22", "RUN npm ci", "CMD [\"node\", \"index.js\"]"),
    (
        "python:3.11",
        "RUN pip install -r requirements.txt",
        "CMD [\"python\", \"main.py\"]",
    ),
    (
        "rust:1-bookworm",
        "RUN cargo build --release",
        "CMD [\"./target/release/app\"]",
    ),
];

/// Instructions and comments that may stand anywhere behind FROM.
const EXTRAS: [&str; 16] = [
    "# a comment of its own",
    "",
    "ENV MODE=fast",
    "ENV A=1 \\\n    B=\"two words\"",
    "ARG VERSION=1\nENV RELEASE=$VERSION",
    "LABEL org.example.team=\"a b\" org.example.tier=1",
    "# ports\nEXPOSE 8080 9090/udp",
    "VOLUME /data",
    "VOLUME [\"/data/a\", \"/data/b\"]",
    "STOPSIGNAL SIGINT",
    "RUN mkdir -p /data && chmod 700 /data",
    "RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg",
    "RUN groupadd -g 1500 app && useradd -u 1500 -g app -m app\nUSER app",
    "HEALTHCHECK --interval=5s CMD [\"/srv/app\", \"-check\"]",
    "HEALTHCHECK CMD curl -f http://localhost/ || exit 1",
    "MAINTAINER somebody",
];

fn context() -> BuildContext {
    BuildContext::from_texts([
        ("go.mod", "module example.org/app\n\ngo 1.24\n"),
        ("main.go", "package main\n\nfunc main() {}\n"),
        ("package.json", "{\"name\": \"app\", \"dependencies\": {}}"),
        (
            "package-lock.json",
            "{\"name\": \"app\", \"lockfileVersion\": 3, \"packages\": {}}",
        ),
        ("index.js", "console.log('hello');\n"),
        ("requirements.txt", "flask==3.0.0\n"),
        ("main.py", "print('hello')\n"),
        (
            "Cargo.toml",
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
        ),
        (
            "Cargo.lock",
            "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n",
        ),
        ("src/main.rs", "fn main() {}\n"),
    ])
}

/// A Dockerfile: a project with extras before its sources, before its build and at its end.
fn dockerfile() -> impl Strategy<Value = String> {
    let extras = || prop::collection::vec(prop::sample::select(EXTRAS.to_vec()), 0..4);
    let project = prop::sample::select(PROJECTS.to_vec());
    (
        project,
        extras(),
        extras(),
        extras(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |((image, build, start), before, between, after, crlf, ends)| {
                let mut lines = vec![format!("FROM {image}"), "WORKDIR /srv/code".to_owned()];
                lines.extend(before.into_iter().map(str::to_owned));
                lines.push("COPY . .".to_owned());
                lines.extend(between.into_iter().map(str::to_owned));
                lines.push(build.to_owned());
                lines.extend(after.into_iter().map(str::to_owned));
                lines.push(start.to_owned());
                let mut text = lines.join("\n");
                if ends {
                    text.push('\n');
                }
                if crlf {
                    text.replace('\n', "\r\n")
                } else {
                    text
                }
            },
        )
}

proptest! {
    // What it finds becomes a test by name, not a seed in a file.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn rewrites_are_sound_and_settled(text in dockerfile()) {
        let (context, options) = (context(), Options::default());
        let templates = Templates::default();
        match restage::restage(&text, &context, &options, &templates) {
            Outcome::Rewritten(rewrite) => {
                let again = restage::restage(&rewrite.text, &context, &options, &templates);
                prop_assert!(
                    matches!(&again, Outcome::Unchanged(reason) if reason.code == Code::MultiStage),
                    "{}\n{again:?}", rewrite.text
                );
                prop_assert_eq!(rewrite.text.ends_with('\n'), text.ends_with('\n'));
                let bare = rewrite.text.replace("\r\n", "").contains('\n');
                prop_assert_eq!(bare, !text.contains("\r\n"), "{}", rewrite.text);
            }
            Outcome::Declined(decline) => {
                prop_assert_ne!(decline.code, Code::Internal, "{}\n{}", text, decline.message);
            }
            Outcome::Unchanged(_) => {}
        }
    }
}

#[test]
fn a_comment_above_what_moves_or_is_written_anew_stays() {
    for line in [
        "ARG VERSION=1\nENV RELEASE=$VERSION",
        "WORKDIR /srv",
        "USER 1000",
        "ENV GOFLAGS=-v",
    ] {
        let text = format!(
            "FROM golang:1.24\nWORKDIR /srv/code\nCOPY . .\nRUN go build -o /srv/app .\n# why\n{line}\nCMD [\"/srv/app\"]\n"
        );
        let outcome = restage::restage(
            &text,
            &context(),
            &Options::default(),
            &Templates::default(),
        );
        let Outcome::Rewritten(rewrite) = outcome else {
            panic!("{line}: {outcome:?}")
        };
        assert_eq!(rewrite.text.matches("# why").count(), 1, "{}", rewrite.text);
    }
}
