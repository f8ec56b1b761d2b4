use super::super::testing::Project;
use super::*;

fn actions(run: &str) -> Vec<Action> {
    let project = Project::new(
        &format!("FROM python:3.12\nWORKDIR /app\nRUN {run}\nCMD [\"python\", \"a.py\"]\n"),
        &[
            ("a.py", ""),
            ("src/shop/seed.py", ""),
            ("src/shop/__main__.py", ""),
        ],
    );
    project.build(|build| {
        build
            .commands()
            .map(|(_, command)| command.action.clone())
            .collect()
    })
}

#[test]
fn commands_have_their_meaning() {
    for (run, action) in [
        ("pip install x", Action::Nothing),
        ("python -m pip install x", Action::Nothing),
        ("python3 -m venv /v", Action::Nothing),
        ("python manage.py collectstatic", Action::Build),
        ("pytest -q", Action::Build),
        ("python -c 'import x; print(x.y)'", Action::Build),
        ("python -c 'import x; x.download()'", Action::Unknown),
        (
            "python -c \"import nltk; nltk.download('punkt')\"",
            Action::Write(vec![NLTK_HOME.into()]),
        ),
        (
            "python -m nltk.downloader -d /data punkt",
            Action::Write(vec!["/data".into()]),
        ),
        ("python -m playwright install", Action::Unknown),
        ("python warm.py", Action::Build),
        ("python -m shop.seed --all", Action::Build),
        ("SECRET=x python -m shop collectstatic", Action::Build),
        ("python -m seed", Action::Unknown),
    ] {
        assert_eq!(actions(run), [action], "{run}");
    }
}

#[test]
fn variables_of_the_program_stay() {
    for name in [
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONUNBUFFERED",
        "PYTHONPATH",
        "PORT",
    ] {
        assert!(!is_build_variable(name), "{name}");
    }
    assert!(is_build_variable("PIP_NO_CACHE_DIR") && is_build_variable("POETRY_VERSION"));
}
