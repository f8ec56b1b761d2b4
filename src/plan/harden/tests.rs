use super::super::{Planned, Stop, plan};
use crate::dockerfile::Dockerfile;
use crate::options::Options;
use crate::project::context::BuildContext;

const FILES: [(&str, &str); 7] = [
    (".dockerignore", "node_modules\n"),
    ("package.json", r#"{"dependencies":{"ms":"2"}}"#),
    ("a.js", "require('ms')\n"),
    ("start.sh", "#!/bin/sh\nexec node a.js\n"),
    ("conf/app.ini", ""),
    (
        "write.sh",
        "mkdir -p /app/made\necho x > /usr/share/y/z\nexec node a.js\n",
    ),
    ("clean.sh", "rm -rf node_modules/.cache\nexec node a.js\n"),
];

/// The hardened text, or why the file stays as it is.
fn hardened(body: &str) -> Result<String, String> {
    let dockerfile = Dockerfile::parse(&format!("FROM node:22-slim\n{body}"));
    let context = BuildContext::from_texts(FILES);
    let options = Options {
        harden: true,
        ..Options::default()
    };
    match plan(&dockerfile, &context, &options) {
        Ok(Planned::Hardened(hardened)) => {
            let result = Dockerfile::parse(&hardened.text);
            super::check(&dockerfile, &result, &hardened).unwrap();
            let again = plan(&result, &context, &options);
            assert!(
                matches!(again, Err(Stop::Unchanged(_))),
                "it is not settled"
            );
            let text = hardened.text.strip_prefix("FROM node:22-slim\n");
            Ok(text.unwrap_or_default().to_owned())
        }
        Ok(Planned::Split(_)) => Err("split".to_owned()),
        Err(Stop::Unchanged(reason)) => Err(reason.message),
        Err(Stop::Declined(decline)) => Err(decline.message),
    }
}

const CMD: &str = "CMD [\"node\", \"a.js\"]\n";
const CHOWN: &str = "--chown=1000:1000";

#[test]
fn the_order_and_the_user_change_and_nothing_else() {
    let text = hardened(&format!(
        "WORKDIR /app\n# all\nCOPY . .\nRUN npm install\n# run\n{CMD}"
    ));
    let expected = format!(
        "WORKDIR /app\nCOPY {CHOWN} package.json ./\nRUN npm install\n# all\nCOPY {CHOWN} . .\nRUN chown 1000:1000 /app\nUSER 1000:1000\n# run\n{CMD}"
    );
    assert_eq!(text, Ok(expected));
}

#[test]
fn line_ends_and_keywords_are_those_of_the_file() {
    let body = "workdir /app\r\ncopy package.json a.js ./\r\ncmd [\"node\", \"a.js\"]";
    let dockerfile = Dockerfile::parse(&format!("from node:22-slim\r\n{body}"));
    let context = BuildContext::from_texts(FILES);
    let options = Options {
        harden: true,
        ..Options::default()
    };
    let Ok(Planned::Hardened(hardened)) = plan(&dockerfile, &context, &options) else {
        panic!("it is not hardened")
    };
    let expected = format!(
        "from node:22-slim\r\nworkdir /app\r\ncopy {CHOWN} package.json a.js ./\r\nrun chown 1000:1000 /app\r\nuser 1000:1000\r\ncmd [\"node\", \"a.js\"]"
    );
    assert_eq!(hardened.text, expected);
}

#[test]
fn places_are_given_away_where_they_are_made() {
    let given = |body: &str| hardened(&format!("{body}{CMD}")).unwrap();
    let base = "WORKDIR /app\nCOPY package.json a.js ./\n";
    for (more, expected) in [
        ("RUN mkdir -p data /srv/x\n", "mkdir -p /app/data /srv/x"),
        ("RUN touch a.log\n", "chown 1000:1000 /app /app/a.log"),
        (
            "COPY write.sh /w.sh\nENTRYPOINT [\"sh\", \"/w.sh\"]\n",
            "mkdir -p /usr/share/y \\\n    && chown 1000:1000 /app /usr/share/y\n",
        ),
        ("RUN mkdir -p /usr/share/x\n", "RUN chown 1000:1000 /app\n"),
        ("COPY conf /etc/conf\n", "COPY conf /etc/conf\n"),
        ("RUN chmod 700 a.js\n", "RUN chown 1000:1000 /app\n"),
        (
            "COPY start.sh /\nRUN chmod 755 /start.sh\n",
            "RUN chown 1000:1000 /app\n",
        ),
        ("COPY start.sh /start.sh\n", "COPY start.sh /start.sh\n"),
        (
            "VOLUME /data\n",
            "mkdir -p /data \\\n    && chown 1000:1000 /app /data\nUSER",
        ),
    ] {
        let text = given(&format!("{base}{more}"));
        assert!(text.contains(expected), "{more}: {text}");
    }
    let removed = given(&format!(
        "{base}RUN echo x > a.log && node -v && rm a.log\n"
    ));
    assert!(removed.contains("RUN chown 1000:1000 /app\n"), "{removed}");
    let check = "HEALTHCHECK --interval=5s CMD node -v\n";
    assert!(given(&format!("{base}{check}")).ends_with(&format!("{check}{CMD}")));
    let early = given(&format!("VOLUME /data\n{base}"));
    let expected = "RUN mkdir -p /data && chown 1000:1000 /data\nVOLUME /data\n";
    assert!(early.starts_with(expected), "{early}");
}

#[test]
fn root_stays_where_files_of_root_may_be_written_to() {
    for more in [
        "RUN chown -R www-data /app\n",
        "COPY --chown=www-data start.sh ./\n",
        "RUN chmod -R go-r /app\n",
        "COPY start.sh /start.sh\nRUN chmod u+x /start.sh\n",
        "COPY start.sh /start.sh\nRUN chmod 744 /start.sh\n",
        "COPY --chmod=0700 start.sh /start.sh\n",
        "RUN tar -xzf /tmp/x.tgz -C /app/x\n",
        "USER root\n",
    ] {
        let body = format!("WORKDIR /app\nCOPY package.json a.js ./\n{more}{CMD}");
        let why = hardened(&body).expect_err(more);
        assert_ne!(why.contains("root"), more.starts_with("USER"), "{why}");
    }
    let start = "COPY start.sh ./\nRUN npm i\nENTRYPOINT [\"sh\", \"clean.sh\"]\n";
    let body = format!("WORKDIR /app\nCOPY package.json a.js clean.sh ./\n{start}");
    let why = hardened(&body).unwrap_err();
    assert!(why.contains("changes `/app/node_modules/.cache`"), "{why}");
    let in_root = "COPY package.json a.js /app/\nCMD [\"node\", \"/app/a.js\"]\n";
    let why = hardened(in_root).unwrap_err();
    assert!(why.contains("directory `/` cannot be given"), "{why}");
}

#[test]
fn what_has_all_of_it_is_left_alone() {
    let body = format!("WORKDIR /app\nCOPY package.json a.js ./\nUSER node\n{CMD}");
    assert!(hardened(&body).is_err());
    let split = hardened(&format!("WORKDIR /app\nCOPY . .\nRUN npm run build\n{CMD}"));
    assert_ne!(split.as_deref(), Ok(""));
}
