//! What starts, in the forms that people write.

use super::super::testing::Project;
use super::*;

const FILES: &[(&str, &str)] = &[
    ("requirements.txt", "gunicorn\nflask\n"),
    ("app.py", ""),
    ("manage.py", ""),
    (
        "run.sh",
        "#!/bin/sh\nset -e\npip install -r requirements.txt\nexec python app.py\n",
    ),
    ("tool", "#!/usr/local/bin/python\n"),
    ("system", "#!/usr/bin/python3\n"),
];

fn project(end: &str) -> Project {
    let text = format!(
        "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n{end}\n"
    );
    Project::new(&text, FILES)
}

fn code(end: &str) -> Option<Code> {
    project(end).analyse().err().map(|decline| decline.code)
}

#[test]
fn programs_that_run_on_slim() {
    for end in [
        "CMD python app.py",
        "CMD [\"python\", \"-u\", \"/app/app.py\"]",
        "CMD [\"gunicorn\", \"app:app\"]",
        "CMD exec gunicorn --bind :$PORT app:app",
        "ENTRYPOINT [\"python\"]\nCMD [\"app.py\"]",
        "ENTRYPOINT [\"tini\", \"--\", \"python\", \"app.py\"]",
        "CMD python manage.py migrate && python manage.py runserver 0.0.0.0:8000",
        "CMD [\"sh\", \"-c\", \"python app.py\"]",
        "CMD [\"/bin/bash\", \"-c\", \"gunicorn app:app\"]",
        "CMD [\"python\", \"-m\", \"http.server\"]",
        "HEALTHCHECK CMD python -c 'print(1)'\nCMD [\"python\", \"app.py\"]",
    ] {
        assert_eq!(code(end), None, "{end}");
    }
}

#[test]
fn images_to_work_in() {
    for end in [
        "CMD bash",
        "CMD [\"/bin/bash\"]",
        "ENTRYPOINT [\"python\"]",
        "CMD [\"python3\", \"-i\"]",
        "CMD [\"flask\", \"run\", \"--debug\"]",
        "CMD [\"flask\", \"--debug\", \"run\"]",
        "CMD uvicorn app:app --reload",
        "CMD [\"python\", \"-m\", \"uvicorn\", \"app:app\", \"--reload\"]",
        "CMD jupyter notebook --ip 0.0.0.0",
        "CMD [\"tail\", \"-f\", \"/dev/null\"]",
        "CMD [\"watchmedo\", \"auto-restart\", \"python\", \"app.py\"]",
    ] {
        assert_eq!(code(end), Some(Code::DevCommand), "{end}");
    }
}

#[test]
fn what_slim_cannot_run_is_declined() {
    for (end, expected) in [
        (
            "CMD pip install -r requirements.txt && python app.py",
            Code::ToolchainAtRuntime,
        ),
        ("CMD [\"./run.sh\"]", Code::ToolchainAtRuntime),
        ("CMD [\"sh\", \"run.sh\"]", Code::ToolchainAtRuntime),
        ("CMD make run", Code::ToolchainAtRuntime),
        (
            "CMD [\"poetry\", \"run\", \"python\", \"app.py\"]",
            Code::ToolchainAtRuntime,
        ),
        ("CMD [\"python\", \"no.py\"]", Code::ArtifactNotFound),
        ("CMD [\"./no\"]", Code::ArtifactNotFound),
        (
            "CMD [\"/usr/bin/python3\", \"app.py\"]",
            Code::UnsupportedProject,
        ),
        ("CMD [\"./system\"]", Code::UnsupportedProject),
        ("", Code::NoCommand),
    ] {
        assert_eq!(code(end), Some(expected), "{end}");
    }
}

#[test]
fn packages_stay_where_an_environment_would_not_be_found() {
    for end in [
        "CMD [\"/usr/local/bin/gunicorn\", \"app:app\"]",
        "CMD [\"/usr/local/bin/python\", \"app.py\"]",
        "CMD [\"./tool\"]",
        "CMD [\"cron\", \"-f\"]",
        "CMD su - app -c 'python app.py'",
    ] {
        let project = project(end);
        let analysis = project.analyse().unwrap();
        assert_eq!(analysis.payload[0].path, "/usr/local", "{end}");
        assert!(
            analysis.env.is_empty() && !analysis.notes.is_empty(),
            "{end}"
        );
        assert!(!project.edited().unwrap().contains("venv"), "{end}");
    }
    for (line, expected) in [
        ("ENV PIP_TARGET=/x", Code::UnsupportedProject),
        ("RUN chown -R 1000 /usr/local", Code::UnsupportedProject),
        ("RUN python -m venv /v", Code::UnsupportedProject),
        ("RUN pip install poetry", Code::UnsupportedProject),
    ] {
        let end = format!("{line}\nCMD [\"/usr/local/bin/python\", \"app.py\"]");
        assert_eq!(code(&end), Some(expected), "{line}");
    }
}

#[test]
fn console_scripts_are_the_environments() {
    let analysis = project("CMD [\"waitress-serve\", \"app:app\"]")
        .analyse()
        .unwrap();
    assert!(
        analysis
            .provides
            .iter()
            .any(|name| name == "waitress-serve")
    );
    let note = project("CMD python manage.py runserver").analyse().unwrap();
    assert!(
        note.notes
            .iter()
            .any(|note| note.message.contains("runserver"))
    );
}
