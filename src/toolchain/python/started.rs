//! What programs that images start are for. In: a program's name and its arguments. Out: what it runs
//! in its turn, and whether that is work on the sources.

use super::environment::is_login_flag;

/// Programs that run the command behind them, with their options that take a value.
const WRAPPERS: [(&str, &[&str]); 17] = [
    ("tini", &["-p", "-e"]),
    ("dumb-init", &["-r", "--rewrite"]),
    ("gosu", &[]),
    ("su-exec", &[]),
    ("env", &["-u", "-C", "-S"]),
    ("nice", &["-n"]),
    ("ionice", &["-c", "-n"]),
    ("timeout", &["-s", "-k"]),
    ("stdbuf", &["-i", "-o", "-e"]),
    ("setsid", &[]),
    ("xvfb-run", &["-s", "-e", "-n"]),
    ("dockerize", &["-wait", "-timeout", "-template"]),
    ("wait-for-it.sh", &["-h", "-p", "-t"]),
    ("wait-for-it", &["-h", "-p", "-t"]),
    ("ddtrace-run", &[]),
    (
        "opentelemetry-instrument",
        &["--traces_exporter", "--metrics_exporter", "--service_name"],
    ),
    ("newrelic-admin", &[]),
];

/// Programs to work in, or that keep a container alive for somebody to work in it.
const WORKBENCH: [&str; 22] = [
    "bash",
    "sh",
    "ash",
    "dash",
    "zsh",
    "fish",
    "ipython",
    "bpython",
    "ptpython",
    "jupyter",
    "jupyter-lab",
    "jupyter-notebook",
    "watchmedo",
    "nodemon",
    "ptw",
    "pytest-watch",
    "sphinx-autobuild",
    "pytest",
    "tox",
    "watchfiles",
    "hupper",
    "jurigged",
];

/// Compilers, and installers other than pip, that a slim image lacks.
const BUILDERS: [&str; 18] = [
    "gcc", "g++", "cc", "c++", "clang", "make", "cmake", "ninja", "cargo", "rustc", "go", "poetry",
    "pipenv", "uv", "uvx", "pdm", "conda", "mamba",
];

/// Programs of packages that run the project's own code and write where that does, or in the
/// working directory. Source: their documentation.
const RUNNERS: [&str; 44] = [
    "aerich",
    "alembic",
    "arq",
    "bokeh",
    "celery",
    "chainlit",
    "circusd",
    "daphne",
    "django-admin",
    "dramatiq",
    "dramatiq-gevent",
    "fastapi",
    "faust",
    "flask",
    "flower",
    "functions-framework",
    "gradio",
    "granian",
    "gunicorn",
    "honcho",
    "huey_consumer",
    "huey_consumer.py",
    "hupper",
    "hypercorn",
    "litestar",
    "locust",
    "luigi",
    "manage.py",
    "nameko",
    "panel",
    "paster",
    "pserve",
    "quart",
    "reflex",
    "robyn",
    "rq",
    "rqscheduler",
    "rqworker",
    "sanic",
    "scrapy",
    "streamlit",
    "uvicorn",
    "uwsgi",
    "waitress-serve",
];

/// Whether a program runs the project's own code.
pub(super) fn runs_project(name: &str) -> bool {
    RUNNERS.contains(&name)
}

/// Whether a program runs the command behind it.
pub(super) fn is_wrapper(name: &str) -> bool {
    WRAPPERS.iter().any(|(known, _)| *known == name)
}

/// Whether starting `name` needs what only the builder has.
pub(super) fn is_builder_tool(name: &str) -> bool {
    BUILDERS.contains(&name)
}

/// What a wrapper runs: the words behind its options.
pub(super) fn unwrapped<'w>(
    program: &str,
    arguments: &'w [Option<String>],
) -> Option<&'w [Option<String>]> {
    let name = program.rsplit('/').next().unwrap_or(program);
    let (_, with_value) = WRAPPERS.iter().find(|(known, _)| *known == name)?;
    if let Some(dashes) = arguments
        .iter()
        .position(|word| word.as_deref() == Some("--"))
    {
        return arguments.get(dashes + 1..);
    }
    // The first operand of these is not the program: a user, a time, a place to wait for, a verb.
    let mut operands = usize::from(matches!(
        name,
        "gosu" | "su-exec" | "timeout" | "wait-for-it.sh" | "wait-for-it" | "newrelic-admin"
    ));
    let mut index = 0;
    while let Some(word) = arguments.get(index) {
        let word = word.as_deref().unwrap_or_default();
        if with_value.contains(&word) {
            index += 2;
        } else if word.starts_with('-') || (name == "env" && word.contains('=')) {
            index += 1;
        } else if operands > 0 {
            operands -= 1;
            index += 1;
        } else {
            break;
        }
    }
    arguments.get(index..)
}

/// Whether a program forgets the PATH that the image sets.
pub(super) fn resets_path(name: &str, arguments: &[Option<String>]) -> bool {
    let has = |test: fn(&str) -> bool| arguments.iter().flatten().any(|word| test(word));
    match name {
        "cron" | "crond" | "sudo" => true,
        "su" => has(|word| word == "-" || is_login_flag(word)),
        "sh" | "bash" | "ash" | "dash" => arguments
            .first()
            .and_then(Option::as_deref)
            .is_some_and(is_login_flag),
        "env" => has(|word| word == "-i" || word == "-"),
        _ => false,
    }
}

/// Whether it is a shell, a notebook, a watcher or a server that reloads.
pub(super) fn is_for_development(name: &str, arguments: &[Option<String>]) -> bool {
    let words: Vec<&str> = arguments.iter().flatten().map(String::as_str).collect();
    let has = |flag: &str| words.contains(&flag);
    let reloads = match name {
        "flask" => has("--debug") || has("--reload"),
        "fastapi" => has("dev"),
        "tail" => has("-f") && has("/dev/null"),
        "sleep" => has("infinity"),
        "notebook" => true,
        _ => ["--reload", "--auto-reload", "--autoreload"]
            .iter()
            .any(|flag| has(flag)),
    };
    // A shell that is given a script or a text is followed into it.
    let is_shell = matches!(name, "bash" | "sh" | "ash" | "dash" | "zsh");
    let alone = !is_shell || words.iter().all(|word| word.starts_with('-'));
    reloads || (WORKBENCH.contains(&name) && alone)
}
