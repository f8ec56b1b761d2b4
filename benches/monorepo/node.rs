//! Services in JavaScript and TypeScript.

use fastrand::Rng;

use crate::prose;
use crate::tree::File;

const PACKAGES: [&str; 12] = [
    "axios",
    "body-parser",
    "cors",
    "dotenv",
    "express",
    "helmet",
    "jsonwebtoken",
    "lodash",
    "mongoose",
    "morgan",
    "pg",
    "winston",
];

/// Dockerfile, manifest, lockfile and sources.
pub(crate) fn service(rng: &mut Rng, name: &str) -> Vec<File> {
    let typed = rng.bool();
    let mut wanted = prose::dependencies(rng, &PACKAGES, 3);
    if !wanted.iter().any(|(package, _)| *package == "express") {
        wanted.push(("express", prose::version(rng)));
    }
    let mut files = vec![
        ("Dockerfile".to_owned(), dockerfile(rng, typed)),
        ("package.json".to_owned(), manifest(name, &wanted, typed)),
        (
            "package-lock.json".to_owned(),
            lockfile(rng, name, &wanted, typed),
        ),
    ];
    if typed {
        let config = "{\"compilerOptions\": {\"outDir\": \"dist\", \"rootDir\": \"src\", \"strict\": true}}\n";
        files.push(("tsconfig.json".to_owned(), config.to_owned()));
    }
    let suffix = if typed { ".ts" } else { ".js" };
    let start = "import express from 'express';\n\nconst app = express();\napp.listen(process.env.PORT || 3000);\n";
    let head = "import fs from 'node:fs';\nimport { log } from '../log';\n";
    files.push((format!("src/index{suffix}"), start.to_owned()));
    files.extend(prose::sources(rng, "src/shop", suffix, head, function));
    files.extend(prose::rest(rng, name));
    files
}

fn dockerfile(rng: &mut Rng, typed: bool) -> String {
    let base = [
        "node:22",
        "node:20-alpine",
        "node:20-slim",
        "node:18-bullseye",
    ][rng.usize(..4)];
    let install = ["npm ci", "npm install"][rng.usize(..2)];
    let order = if rng.bool() {
        format!("COPY package*.json ./\nRUN {install}\nCOPY . .")
    } else {
        format!("COPY . .\nRUN {install}")
    };
    let (build, start) = if typed {
        ("RUN npm run build\n", "CMD [\"node\", \"dist/index.js\"]")
    } else {
        (
            "",
            [
                "CMD [\"npm\", \"start\"]",
                "CMD [\"node\", \"src/index.js\"]",
            ][rng.usize(..2)],
        )
    };
    format!("FROM {base}\nWORKDIR /usr/src/app\n{order}\n{build}EXPOSE 3000\n{start}\n")
}

fn manifest(name: &str, wanted: &[(&str, String)], typed: bool) -> String {
    let wanted: Vec<String> = wanted
        .iter()
        .map(|(package, version)| format!("    \"{package}\": \"^{version}\""))
        .collect();
    let scripts = if typed {
        "\"build\": \"tsc\", \"start\": \"node dist/index.js\""
    } else {
        "\"start\": \"node src/index.js\", \"test\": \"node --test\""
    };
    let tools = if typed {
        "\"typescript\": \"^5.4.0\""
    } else {
        "\"nodemon\": \"^3.0.0\""
    };
    format!(
        "{{\n  \"name\": \"{name}\",\n  \"version\": \"1.0.0\",\n  \"type\": \"module\",\n  \"scripts\": {{{scripts}}},\n  \
         \"dependencies\": {{\n{}\n  }},\n  \"devDependencies\": {{{tools}}}\n}}\n",
        wanted.join(",\n")
    )
}

fn lockfile(rng: &mut Rng, name: &str, wanted: &[(&str, String)], typed: bool) -> String {
    let tool = if typed { "typescript" } else { "nodemon" };
    let mut entries = vec![
        format!("    \"\": {{\"name\": \"{name}\", \"version\": \"1.0.0\"}}"),
        format!("    \"node_modules/{tool}\": {{\"version\": \"5.4.0\", \"dev\": true}}"),
    ];
    for (package, version) in wanted {
        entries.push(format!(
            "    \"node_modules/{package}\": {{\"version\": \"{version}\"}}"
        ));
    }
    for number in 0..rng.usize(50..400) {
        entries.push(format!(
            "    \"node_modules/lib-{number}\": {{\n      \"version\": \"{}\",\n      \"integrity\": \"sha512-{}==\",\n      \"license\": \"MIT\"\n    }}",
            prose::version(rng), prose::hex(rng, 86)
        ));
    }
    format!(
        "{{\n  \"name\": \"{name}\",\n  \"lockfileVersion\": 3,\n  \"packages\": {{\n{}\n  }}\n}}\n",
        entries.join(",\n")
    )
}

fn function(rng: &mut Rng, number: usize) -> String {
    let (verb, noun) = (prose::verb(rng), prose::noun(rng));
    format!(
        "export async function {verb}_{noun}_{number}(store, id) {{\n  const row = await store.query('select * from {noun} where id = $1', [id]);\n  \
         if (!row) {{\n    throw new Error(`no {noun} ${{id}}`);\n  }}\n  for (let attempt = 0; attempt < {}; attempt += 1) {{\n    \
         log.info('{verb}', {{ attempt, id }});\n  }}\n  return {{ ...row, state: '{verb}d' }};\n}}\n",
        rng.u8(2..9)
    )
}
