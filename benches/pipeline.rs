//! How long a Dockerfile takes: to read it, to plan its rewrite over a small project, to fill the
//! template of its final stage, and all of it together.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use restage::dockerfile::Dockerfile;
use restage::options::Options;
use restage::plan::Planned;
use restage::project::context::BuildContext;
use restage::template::Templates;

const GO: &str = "FROM golang:1.24\nWORKDIR /src\nCOPY . .\nRUN go build -o /usr/local/bin/api ./cmd/api\nEXPOSE 8080\nCMD [\"api\"]\n";
const NODE: &str = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\nEXPOSE 3000\nCMD [\"node\", \"dist/index.js\"]\n";
const PYTHON: &str = "FROM python:3.12\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nCMD [\"gunicorn\", \"app:app\"]\n";
const RUST: &str = "FROM rust:1\nWORKDIR /app\nCOPY . .\nRUN cargo build --release\nCMD [\"./target/release/api\"]\n";

/// Toolchain, Dockerfile, and the other files of the build context.
type Project = (
    &'static str,
    &'static str,
    Vec<(&'static str, &'static str)>,
);

fn projects() -> Vec<Project> {
    let go = vec![
        ("go.mod", "module example.org/api\n\ngo 1.24\n"),
        (
            "cmd/api/main.go",
            "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\":8080\", nil) }\n",
        ),
    ];
    let node = vec![
        (
            "package.json",
            "{\"name\": \"web\", \"scripts\": {\"build\": \"tsc\"}, \"devDependencies\": {\"typescript\": \"5\"}}",
        ),
        (
            "package-lock.json",
            "{\"name\": \"web\", \"lockfileVersion\": 3, \"packages\": {}}",
        ),
        (
            "tsconfig.json",
            "{\"compilerOptions\": {\"outDir\": \"dist\"}}",
        ),
        (
            "src/index.ts",
            "import http from 'node:http';\nhttp.createServer().listen(3000);\n",
        ),
    ];
    let python = vec![
        ("requirements.txt", "flask==3.0.0\ngunicorn==22.0.0\n"),
        ("app.py", "from flask import Flask\napp = Flask(__name__)\n"),
    ];
    let rust = vec![
        (
            "Cargo.toml",
            "[package]\nname = \"api\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
        ),
        (
            "Cargo.lock",
            "version = 4\n\n[[package]]\nname = \"api\"\nversion = \"0.1.0\"\n",
        ),
        ("src/main.rs", "fn main() { println!(\"hello\"); }\n"),
    ];
    vec![
        ("go", GO, go),
        ("node", NODE, node),
        ("python", PYTHON, python),
        ("rust", RUST, rust),
    ]
}

fn parse(c: &mut Criterion) {
    let mut group = c.benchmark_group("parse");
    for (name, text, _) in projects() {
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |b| b.iter(|| Dockerfile::parse(black_box(text))));
    }
}

fn plan(c: &mut Criterion) {
    let mut group = c.benchmark_group("plan");
    let options = Options::default();
    for (name, text, files) in projects() {
        let dockerfile = Dockerfile::parse(text);
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |b| {
            b.iter(|| {
                // A context caches what it has read: each run gets a new one.
                let context = BuildContext::from_texts(files.iter().copied());
                restage::plan::plan(black_box(&dockerfile), &context, &options).is_ok()
            });
        });
    }
}

fn render(c: &mut Criterion) {
    let mut group = c.benchmark_group("render");
    let (options, templates) = (Options::default(), Templates::default());
    for (name, text, files) in projects() {
        let dockerfile = Dockerfile::parse(text);
        let context = BuildContext::from_texts(files.iter().copied());
        let Ok(Planned::Split(plan)) = restage::plan::plan(&dockerfile, &context, &options) else {
            continue;
        };
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |b| {
            b.iter(|| templates.render(plan.toolchain, plan.runtime, black_box(&plan.final_stage)));
        });
    }
}

fn restage(c: &mut Criterion) {
    let mut group = c.benchmark_group("restage");
    let (options, templates) = (Options::default(), Templates::default());
    for (name, text, files) in projects() {
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |b| {
            b.iter(|| {
                // A context caches what it has read: each run gets a new one.
                let context = BuildContext::from_texts(files.iter().copied());
                restage::restage(black_box(text), &context, &options, &templates)
            });
        });
    }
}

criterion_group!(benches, parse, plan, render, restage);
criterion_main!(benches);
