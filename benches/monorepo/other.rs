//! Services that are none of restage's: of two stages already, or without a toolchain.

use fastrand::Rng;

use crate::prose;
use crate::tree::File;

const DOCKERFILES: [&str; 3] = [
    "FROM nginx:1.27-alpine\nCOPY nginx.conf /etc/nginx/nginx.conf\nCOPY html /usr/share/nginx/html\n",
    "FROM golang:1.24 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /server .\n\nFROM scratch\nCOPY --from=build /server /server\nENTRYPOINT [\"/server\"]\n",
    "FROM postgres:16\nENV POSTGRES_DB=shop\nCOPY schema.sql /docker-entrypoint-initdb.d/\n",
];

/// Dockerfile and the files around it.
pub(crate) fn service(rng: &mut Rng, name: &str) -> Vec<File> {
    let text = DOCKERFILES[rng.usize(..DOCKERFILES.len())];
    let mut files = vec![
        ("Dockerfile".to_owned(), text.to_owned()),
        ("nginx.conf".to_owned(), "events {}\n".to_owned()),
        (
            "schema.sql".to_owned(),
            "create table item (id bigint primary key);\n".repeat(20),
        ),
        (
            "html/index.html".to_owned(),
            "<!doctype html>\n<title>shop</title>\n".to_owned(),
        ),
    ];
    files.extend(prose::rest(rng, name));
    files
}
