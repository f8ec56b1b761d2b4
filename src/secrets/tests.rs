use super::*;

const NPMRC: &str = "//npm.acme.example/:_authToken=abc\n";

fn with_secrets(body: &str, files: &[(&str, &str)]) -> (String, Vec<String>) {
    let rewrite = Dockerfile::parse(&format!(
        "FROM node:22 AS builder\n{body}\nFROM node:22-slim\n"
    ));
    let context = BuildContext::from_texts(files.iter().copied());
    let Mounted { text, notes, .. } = mounted(&rewrite, &rewrite, &context);
    if let Some(text) = &text {
        check(&rewrite, &Dockerfile::parse(text)).unwrap();
    }
    let text = text.unwrap_or_else(|| rewrite.text.clone());
    let body = text.strip_prefix("FROM node:22 AS builder\n").unwrap();
    let body = body.strip_suffix("\nFROM node:22-slim\n").unwrap();
    (
        body.to_owned(),
        notes.into_iter().map(|note| note.message).collect(),
    )
}

#[test]
fn a_build_arg_becomes_a_variable_of_the_runs_that_may_use_it() {
    let (text, notes) = with_secrets(
        "RUN mkdir /x\nARG NPM_TOKEN\nRUN apt-get update\nRUN npm ci\nUSER node\nRUN npm run build\n",
        &[],
    );
    assert_eq!(
        text,
        "RUN mkdir /x\nRUN apt-get update\nRUN --mount=type=secret,id=npm_token,required=true NPM_TOKEN=\"$(cat /run/secrets/npm_token)\" && export NPM_TOKEN && npm ci\nUSER node\nRUN --mount=type=secret,id=npm_token,required=true,mode=0444 NPM_TOKEN=\"$(cat /run/secrets/npm_token)\" && export NPM_TOKEN && npm run build\n"
    );
    assert!(notes[0].contains("`docker build --secret id=npm_token,env=NPM_TOKEN .`"));
}

#[test]
fn a_build_arg_that_more_than_commands_use_stays() {
    for body in [
        "ARG NPM_TOKEN\nENV NPM_TOKEN=$NPM_TOKEN\nRUN npm ci\n",
        "ARG NPM_TOKEN=none\nRUN npm ci\n",
        "ARG NPM_TOKEN OTHER\nRUN npm ci\n",
        "ARG NPM_TOKEN\nLABEL a=${NPM_TOKEN}\nRUN npm ci\n",
        "ARG NPM_TOKEN\nRUN [\"npm\", \"ci\"]\n",
        "ARG NPM_TOKEN\nRUN <<E\nnpm ci\nE\n",
    ] {
        let (text, notes) = with_secrets(body, &[]);
        assert_eq!((text.as_str(), notes.len()), (body, 1), "{notes:?}");
    }
    let public = "ARG KEYBOARD\nARG PUBLIC_KEY\nRUN npm ci\n";
    assert_eq!(with_secrets(public, &[]), (public.to_owned(), Vec::new()));
}

#[test]
fn a_token_that_a_run_writes_down_gets_a_note() {
    for (run, told) in [
        ("echo x=$NPM_TOKEN > .npmrc", 2),
        ("npm config set x $NPM_TOKEN && npm ci", 2),
        ("echo x=$NPM_TOKEN > .npmrc && npm ci && rm .npmrc", 1),
        ("npm ci --token=$NPM_TOKEN > /dev/null", 1),
    ] {
        let (text, notes) = with_secrets(&format!("ARG NPM_TOKEN\nRUN {run}\n"), &[]);
        assert!(text.ends_with(&format!("&& {run}\n")), "{text}");
        assert_eq!(notes.len(), told, "{run}: {notes:?}");
    }
}

#[test]
fn a_copied_file_with_a_token_is_mounted_in_its_place() {
    let mount = "--mount=type=secret,id=npmrc,target=/app/.npmrc,required=true ";
    for (run, expected) in [
        ("npm ci", "npm ci"),
        ("npm ci && rm -f .npmrc", "npm ci"),
        ("npm ci \\\n    && rm .npmrc", "npm ci"),
        ("grep -q registry .npmrc", "grep -q registry .npmrc"),
    ] {
        let body = format!("WORKDIR /app\nCOPY package.json .npmrc ./\nRUN {run}\nCOPY src src\n");
        let (text, notes) = with_secrets(&body, &[(".npmrc", NPMRC), ("src/a.js", "")]);
        let expected =
            format!("WORKDIR /app\nCOPY package.json ./\nRUN {mount}{expected}\nCOPY src src\n");
        assert_eq!(text, expected, "{notes:?}");
    }
    let alone = "COPY .netrc /root/.netrc\nRUN go mod download\n";
    let netrc = "machine example.org login x password y\n";
    let (text, notes) = with_secrets(alone, &[(".netrc", netrc)]);
    assert_eq!(
        text,
        "RUN --mount=type=secret,id=netrc,target=/root/.netrc,required=true go mod download\n"
    );
    assert!(notes[0].contains("--secret id=netrc,src=.netrc"));
}

#[test]
fn a_copied_file_stays_where_it_holds_no_token_or_is_changed() {
    let body = |run: &str| format!("WORKDIR /app\nCOPY package.json .npmrc ./\nRUN {run}\n");
    for (run, npmrc, told) in [
        ("npm ci", "fund=false\n", 0),
        ("npm ci", "//x/:_authToken=${NPM_TOKEN}\n", 0),
        ("npm ci", "//x/:_authToken=abc\nscript-shell=bash\n", 1),
        ("npm ci; rm .npmrc; ls", NPMRC, 1),
        ("echo a=b >> .npmrc && npm ci", NPMRC, 1),
    ] {
        let body = body(run);
        let (text, notes) = with_secrets(&body, &[(".npmrc", npmrc)]);
        assert_eq!((text, notes.len()), (body, told), "{run} {npmrc} {notes:?}");
    }
}

#[test]
fn a_folder_that_brings_the_file_too_gets_a_note() {
    let body = "WORKDIR /app\nCOPY .npmrc package.json ./\nRUN npm ci\nCOPY . .\n";
    let (text, notes) = with_secrets(body, &[(".npmrc", NPMRC)]);
    assert!(text.contains("COPY package.json ./"), "{text}");
    assert!(notes.iter().any(|note| note.contains(".dockerignore")));
}
