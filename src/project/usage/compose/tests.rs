//! Compose files in, usages out.

use super::*;

fn usages(files: &[(&str, &str)]) -> Vec<Usage> {
    let tree = BuildContext::from_texts(files.iter().copied());
    let paths: Vec<String> = files
        .iter()
        .map(|(path, _)| (*path).to_owned())
        .filter(|path| path.contains("compose") && !path.contains("more"))
        .collect();
    let reading = read(&paths, &tree);
    assert_eq!(reading.unread, []);
    reading.usages
}

fn said(usage: &Usage) -> String {
    let Usage {
        dockerfile,
        context,
        target,
        evidence,
        ..
    } = usage;
    format!(
        "{dockerfile} in `{context}` for {} ({evidence})",
        target.as_deref().unwrap_or("-")
    )
}

#[test]
fn builds_are_read_in_every_form() {
    let text = "\
services:
  short:
    build: ./api
  long:
    build:
      context: ..
      dockerfile: docker/web.Dockerfile
      target: prod
      args:
        VERSION: 1.25
        OPEN: ${NOBODY}
  here:
    build:
      args: [A=b, C]
  image: {image: postgres}
  inline: {build: {dockerfile_inline: FROM scratch}}
  unknown: {build: $NOBODY}
  remote: {build: https://example.org/x.git}
  outside: {build: ../..}
";
    let usages = usages(&[("deploy/compose.yaml", text)]);
    let said: Vec<_> = usages.iter().map(said).collect();
    assert_eq!(
        said,
        [
            "deploy/api/Dockerfile in `deploy/api` for - (deploy/compose.yaml:3)",
            "docker/web.Dockerfile in `` for prod (deploy/compose.yaml:5)",
            "deploy/Dockerfile in `deploy` for - (deploy/compose.yaml:13)",
        ]
    );
    assert_eq!(usages[1].args, [("VERSION".to_owned(), "1.25".to_owned())]);
    assert_eq!(usages[2].args, [("A".to_owned(), "b".to_owned())]);
}

#[test]
fn files_of_a_folder_belong_together() {
    let usages = usages(&[
        (
            "docker-compose.yml",
            "services:\n  api:\n    build: {context: api, args: {A: 1}}\n",
        ),
        (
            "docker-compose.dev.yml",
            "services:\n  api:\n    build: {target: dev}\n    command: npm run dev\n    volumes: ['.:/app', 'data:/data:ro', /x]\n",
        ),
    ]);
    let said: Vec<_> = usages.iter().map(said).collect();
    assert_eq!(
        said,
        [
            "api/Dockerfile in `api` for - (docker-compose.yml:3)",
            "api/Dockerfile in `api` for dev (docker-compose.dev.yml:3)",
        ]
    );
    let Purpose::Service(service) = &usages[1].purpose else {
        panic!("{:?}", usages[1]);
    };
    let command = service.command.as_ref().unwrap();
    assert_eq!(command.value, ["npm", "run", "dev"]);
    assert_eq!(command.evidence.to_string(), "docker-compose.dev.yml:4");
    let mounts: Vec<_> = service
        .mounts
        .iter()
        .map(|mount| {
            (
                mount.value.path.as_str(),
                mount.value.is_bind,
                mount.value.is_read_only,
            )
        })
        .collect();
    assert_eq!(
        mounts,
        [
            ("/app", true, false),
            ("/data", false, true),
            ("/x", false, false)
        ]
    );
}

#[test]
fn included_and_extended_files_are_read() {
    let usages = usages(&[
        (
            "compose.yaml",
            "include: [more/other.yaml, {path: more/no.yaml}]\nservices:\n  worker:\n    extends: {file: more.yaml, service: base}\n    command: [work]\n",
        ),
        ("more.yaml", "services:\n  base:\n    build: svc\n"),
        ("more/other.yaml", "services:\n  x:\n    build: .\n"),
    ]);
    let said: Vec<_> = usages.iter().map(said).collect();
    assert_eq!(
        said,
        [
            "svc/Dockerfile in `svc` for - (compose.yaml:3)",
            "svc/Dockerfile in `svc` for - (more.yaml:3)",
            "more/Dockerfile in `more` for - (more/other.yaml:3)",
        ]
    );
}

#[test]
fn variables_have_values_from_the_env_file_or_their_defaults() {
    let usages = usages(&[
        (
            "compose.yml",
            "services:\n  a: {build: {context: '${DIR:-x}', target: $STAGE}}\n  b: {build: '${OTHER:-y}'}\n",
        ),
        (".env", "DIR=from-env\nSTAGE=s\n"),
    ]);
    assert_eq!(usages[0].context, "from-env");
    assert_eq!(usages[0].target.as_deref(), Some("s"));
    assert_eq!(usages[1].context, "y");
}

#[test]
fn what_is_no_yaml_is_told() {
    let tree = BuildContext::from_texts([("compose.yml", "services:\n  a: [\n"), ("x", "")]);
    let reading = read(&["compose.yml".to_owned()], &tree);
    assert!(reading.usages.is_empty());
    assert_eq!(reading.unread[0].path, "compose.yml");
    assert!(reading.unread[0].line.is_some());
}
