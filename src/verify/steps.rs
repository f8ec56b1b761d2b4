//! What a builder says while it builds in, its steps out: which it ran and which it had in its cache.

use serde::Serialize;

/// A step of a build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Step {
    /// The instruction as the builder tells it.
    pub instruction: String,
    /// Whether it came from the cache.
    pub cached: bool,
}

/// The steps of the build that a log is about, in their order; FROM is none.
pub(super) fn of_log(log: &str) -> Vec<Step> {
    let mut reader = Reader::default();
    for line in log.lines() {
        reader.line(line.trim_end());
    }
    let steps = reader.steps.into_iter().map(|(_, step)| step);
    steps
        .filter(|step| !step.instruction.to_ascii_uppercase().starts_with("FROM "))
        .collect()
}

/// The images that stages before the last one came to, as buildah and podman tell them: the last
/// `--> 0123abcd` before another stage begins.
pub(super) fn stages_of_log(log: &str) -> Vec<String> {
    let mut images = Vec::new();
    let (mut stage, mut image) = (None, None);
    for line in log.lines() {
        if let Some((number, _)) = line.split_once("] STEP ")
            && classic(line).is_some()
        {
            if stage.is_some_and(|stage| stage != number) {
                images.extend(image.take());
            }
            stage = Some(number);
        } else if let Some(id) = line.strip_prefix("--> ").map(str::trim_end)
            && !id.is_empty()
            && id.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            image = Some(id.to_owned());
        }
    }
    images
}

#[derive(Default)]
struct Reader {
    /// `BuildKit`'s numbers of the steps, and the steps.
    steps: Vec<(Option<u32>, Step)>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if let Some(instruction) = classic(line) {
            self.push(None, instruction);
        } else if line.starts_with("--> Using cache") || line.starts_with(" ---> Using cache") {
            self.cached(None);
        } else if let Some((number, said)) = buildkit(line) {
            if said == "CACHED" {
                self.cached(Some(number));
            } else if let Some(instruction) = buildkit_step(said)
                && self.steps.iter().all(|(known, _)| *known != Some(number))
            {
                self.push(Some(number), instruction);
            }
        }
    }

    fn push(&mut self, number: Option<u32>, instruction: &str) {
        let step = Step {
            instruction: instruction.to_owned(),
            cached: false,
        };
        self.steps.push((number, step));
    }

    fn cached(&mut self, number: Option<u32>) {
        let mut steps = self.steps.iter_mut().rev();
        if let Some((_, step)) = steps.find(|(known, _)| *known == number) {
            step.cached = true;
        }
    }
}

/// `STEP 2/5: RUN …` of buildah and podman, after `[1/2] ` where there are several stages; `Step 2/5
/// : RUN …` of docker's builder before `BuildKit`.
fn classic(line: &str) -> Option<&str> {
    let after = |mark: &str| {
        let (before, rest) = line.split_once(mark)?;
        let alone = before.is_empty() || (before.starts_with('[') && before.ends_with("] "));
        alone.then_some(rest)
    };
    let rest = after("STEP ").or_else(|| after("Step "))?;
    let (count, instruction) = rest.split_once(':')?;
    let is_count = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'/')
    };
    is_count(count.trim()).then(|| instruction.trim())
}

/// `#7 said`.
fn buildkit(line: &str) -> Option<(u32, &str)> {
    let (number, said) = line.strip_prefix('#')?.split_once(' ')?;
    Some((number.parse().ok()?, said))
}

/// `[builder 2/6] RUN …`
fn buildkit_step(said: &str) -> Option<&str> {
    let (place, instruction) = said.strip_prefix('[')?.split_once("] ")?;
    let count = place.rsplit(' ').next()?;
    count.contains('/').then_some(instruction)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(log: &str) -> Vec<String> {
        let steps = of_log(log).into_iter();
        let told = steps.map(|step| {
            let mark = if step.cached { "cached" } else { "ran" };
            format!("{mark} {}", step.instruction)
        });
        told.collect()
    }

    #[test]
    fn buildah_and_podman_name_each_step() {
        let log = "\
[1/2] STEP 1/3: FROM golang:1.24 AS builder
[1/2] STEP 2/3: COPY go.mod ./
--> Using cache 0123
--> 0123
[1/2] STEP 3/3: RUN go build -o /app .
--> no image
--> 4567
[2/2] STEP 1/2: FROM scratch
[2/2] STEP 2/2: COPY --from=builder /app /app
[2/2] COMMIT x
--> 89ab
";
        assert_eq!(stages_of_log(log), ["4567"]);
        assert_eq!(
            stages_of_log("STEP 1/1: FROM a\nCOMMIT x\n--> 89ab\n"),
            [""; 0]
        );
        assert_eq!(
            told(log),
            [
                "cached COPY go.mod ./",
                "ran RUN go build -o /app .",
                "ran COPY --from=builder /app /app"
            ]
        );
    }

    #[test]
    fn buildkit_numbers_them() {
        let log = "\
#1 [internal] load build definition from Dockerfile
#1 DONE 0.0s
#5 [builder 1/3] FROM docker.io/library/golang:1.24
#6 [builder 2/3] COPY go.mod ./
#6 CACHED
#7 [builder 3/3] RUN go build -o /app .
#7 1.234 # some/package
#7 DONE 9.1s
";
        assert_eq!(
            told(log),
            ["cached COPY go.mod ./", "ran RUN go build -o /app ."]
        );
    }

    #[test]
    fn dockers_old_builder_writes_them_otherwise() {
        let log = "Step 1/2 : FROM a\n ---> 01\nStep 2/2 : RUN x\n ---> Using cache\n ---> 02\n";
        assert_eq!(told(log), ["cached RUN x"]);
    }
}
