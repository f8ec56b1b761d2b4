//! Services in Python.

use fastrand::Rng;

use crate::prose;
use crate::tree::File;

const DISTRIBUTIONS: [&str; 10] = [
    "celery",
    "fastapi",
    "flask",
    "httpx",
    "jinja2",
    "psycopg2-binary",
    "pydantic",
    "redis",
    "requests",
    "sqlalchemy",
];

/// Dockerfile, requirements and modules.
pub(crate) fn service(rng: &mut Rng, name: &str) -> Vec<File> {
    let mut requirements: Vec<String> = prose::dependencies(rng, &DISTRIBUTIONS, 3)
        .iter()
        .map(|(distribution, version)| {
            format!(
                "{distribution}=={version}
"
            )
        })
        .collect();
    requirements.push("gunicorn==22.0.0\n".to_owned());
    let app = "import os\n\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get(\"/\")\ndef index():\n    return os.environ[\"GREETING\"]\n";
    let mut files = vec![
        ("Dockerfile".to_owned(), dockerfile(rng)),
        ("requirements.txt".to_owned(), requirements.concat()),
        ("app.py".to_owned(), app.to_owned()),
        ("shop/__init__.py".to_owned(), String::new()),
    ];
    let head = "\"\"\"A part of the shop.\"\"\"\n\nimport logging\nfrom pathlib import Path\n\nlog = logging.getLogger(__name__)\n";
    files.extend(prose::sources(rng, "shop", ".py", head, function));
    files.extend(prose::rest(rng, name));
    files
}

fn dockerfile(rng: &mut Rng) -> String {
    let base = [
        "python:3.12",
        "python:3.11-slim",
        "python:3.12-bookworm",
        "python:3.10",
    ][rng.usize(..4)];
    let packages = [
        "",
        "RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev && rm -rf /var/lib/apt/lists/*\n",
    ][rng.usize(..2)];
    let order = if rng.bool() {
        "COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . ."
    } else {
        "COPY . .\nRUN pip install -r requirements.txt"
    };
    let start = [
        "CMD [\"gunicorn\", \"-b\", \"0.0.0.0:8000\", \"app:app\"]",
        "CMD [\"python\", \"app.py\"]",
    ][rng.usize(..2)];
    format!(
        "FROM {base}\nENV PYTHONUNBUFFERED=1\nWORKDIR /app\n{packages}{order}\nEXPOSE 8000\n{start}\n"
    )
}

fn function(rng: &mut Rng, number: usize) -> String {
    let (verb, noun) = (prose::verb(rng), prose::noun(rng));
    format!(
        "\ndef {verb}_{noun}_{number}(store, identity):\n    \"\"\"{verb} a {noun}.\"\"\"\n    row = store.query(\"select * from {noun} where id = %s\", identity)\n    \
         if row is None:\n        raise LookupError(f\"no {noun} {{identity}}\")\n    for attempt in range({}):\n        \
         log.info(\"{verb} %s, attempt %d\", identity, attempt)\n    return row\n",
        rng.u8(2..9)
    )
}
