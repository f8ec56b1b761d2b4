use super::super::testing::Project;
use super::*;

fn of(text: &str, files: &[(&str, &str)]) -> Result<Installs, Code> {
    let project = Project::new(text, files);
    project.build(|build| read(build).map_err(|decline| decline.code))
}

fn run(run: &str) -> Result<Installs, Code> {
    of(
        &format!("FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN {run}\n"),
        &[
            ("r.txt", "Flask[async]==3\n-c c.txt\n"),
            ("c.txt", "x==1\n"),
            ("a.py", ""),
        ],
    )
}

#[test]
fn distributions_come_with_their_places() {
    let found = run("pip3 install -r r.txt gunicorn").unwrap();
    let names: Vec<_> = found
        .named
        .iter()
        .map(|n| (n.requirement.name.as_str(), n.place.as_str()))
        .collect();
    assert_eq!(names, [("gunicorn", "line 4"), ("flask", "r.txt:1")]);
    assert_eq!(found.runs[0].files, ["r.txt", "c.txt"]);
    assert!(found.runs[0].environment.is_none() && !found.runs[0].reads_sources);
}

#[test]
fn environments_of_the_file_are_found_by_every_way_into_them() {
    for text in [
        "python -m venv /v && /v/bin/pip install x",
        "python -m venv /v && . /v/bin/activate && pip install x",
        "virtualenv -p python3 /v && PATH=/v/bin:$PATH pip install x",
    ] {
        let found = run(text).unwrap();
        assert_eq!(found.runs[0].environment.as_deref(), Some("/v"), "{text}");
    }
    let env = "FROM python:3.12\nENV VIRTUAL_ENV=/v\nRUN python3 -m venv $VIRTUAL_ENV\nENV PATH=\"$VIRTUAL_ENV/bin:$PATH\"\nRUN pip install x\n";
    let found = of(env, &[("a", "")]).unwrap();
    assert_eq!(found.runs[0].environment.as_deref(), Some("/v"));
}

#[test]
fn what_is_not_followed_is_declined() {
    for (text, code) in [
        ("conda install x", Code::UnsupportedProject),
        ("poetry install", Code::MissingManifest),
        ("python -m pipenv install", Code::MissingManifest),
        ("uv python install 3.12", Code::UnsupportedProject),
        ("pip install --user x", Code::UnsupportedProject),
        ("pip install -t /usr/lib/x x", Code::UnsupportedProject),
        ("python2 -m pip install x", Code::UnsupportedProject),
        (
            "python -m venv --system-site-packages /v",
            Code::UnsupportedProject,
        ),
        (
            "pip install --no-build-isolation x",
            Code::UnsupportedProject,
        ),
        ("pip install -r no.txt", Code::MissingManifest),
        ("pip install ./lib", Code::MissingManifest),
        ("pip install $WHAT", Code::UnresolvedVariable),
    ] {
        assert_eq!(run(text).map(|_| ()), Err(code), "{text}");
    }
    let user = "FROM python:3.12\nUSER app\nRUN pip install x\n";
    assert_eq!(
        of(user, &[("a", "")]).map(|_| ()),
        Err(Code::UnsupportedProject)
    );
}

#[test]
fn managers_choose_their_environments() {
    let files = [
        (
            "pyproject.toml",
            "[project]\nname = 'x'\ndependencies = ['flask']\n",
        ),
        ("Pipfile", "[packages]\nflask = '*'\n"),
    ];
    let place = |run: &str| {
        let text = format!("FROM python:3.12\nWORKDIR /app\nCOPY . .\n{run}\n");
        let found = of(&text, &files).unwrap();
        assert!(found.names("flask").is_some(), "{run}");
        found.runs.last().unwrap().environment.clone()
    };
    for (run, environment) in [
        ("RUN poetry install", None),
        (
            "RUN poetry config virtualenvs.in-project true && poetry install",
            Some("/app/.venv"),
        ),
        (
            "ENV POETRY_VIRTUALENVS_IN_PROJECT=1\nRUN poetry install",
            Some("/app/.venv"),
        ),
        (
            "ENV POETRY_VIRTUALENVS_CREATE=false\nRUN poetry install",
            None,
        ),
        (
            "RUN python -m venv /v\nENV VIRTUAL_ENV=/v\nRUN poetry install",
            Some("/v"),
        ),
        ("RUN pipenv install --system", None),
        (
            "RUN PIPENV_VENV_IN_PROJECT=1 pipenv install",
            Some("/app/.venv"),
        ),
        ("RUN uv sync", Some("/app/.venv")),
        (
            "ENV UV_PROJECT_ENVIRONMENT=/opt/e\nRUN uv sync",
            Some("/opt/e"),
        ),
        ("RUN UV_PROJECT_ENVIRONMENT=/usr/local/ uv sync", None),
        ("RUN uv venv && uv pip install flask", Some("/app/.venv")),
        (
            "RUN uv venv /v && uv pip install --python /v/bin/python flask",
            Some("/v"),
        ),
        ("RUN uv pip install --system flask", None),
        ("RUN pdm sync", Some("/app/.venv")),
        ("RUN pip install --target /deps flask", Some("/deps")),
    ] {
        assert_eq!(place(run).as_deref(), environment, "{run}");
    }
}
