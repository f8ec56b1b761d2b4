//! Services in Go.

use fastrand::Rng;

use crate::prose;
use crate::tree::File;

const MODULES: [&str; 14] = [
    "github.com/gin-gonic/gin",
    "github.com/go-chi/chi/v5",
    "github.com/google/uuid",
    "github.com/jackc/pgx/v5",
    "github.com/prometheus/client_golang",
    "github.com/redis/go-redis/v9",
    "github.com/rs/zerolog",
    "github.com/spf13/cobra",
    "github.com/spf13/viper",
    "github.com/stretchr/testify",
    "go.opentelemetry.io/otel",
    "go.uber.org/zap",
    "golang.org/x/sync",
    "google.golang.org/grpc",
];

/// Dockerfile, module, program and packages.
pub(crate) fn service(rng: &mut Rng, name: &str) -> Vec<File> {
    let required: Vec<String> = prose::dependencies(rng, &MODULES, 3)
        .iter()
        .map(|(module, version)| format!("	{module} v{version}"))
        .collect();
    let module = format!(
        "module example.org/{name}\n\ngo 1.24\n\nrequire (\n{}\n)\n",
        required.join("\n")
    );
    let sum = prose::lines(rng, 20..200, |rng, number| {
        let hash = prose::hex(rng, 43);
        format!(
            "example.org/lib{number} v1.0.{number} h1:{hash}=
"
        )
    });
    let mut files = vec![
        ("Dockerfile".to_owned(), dockerfile(rng)),
        ("go.mod".to_owned(), module),
        ("go.sum".to_owned(), sum),
        ("cmd/server/main.go".to_owned(), main(rng, name)),
    ];
    let head = "package shop\n\nimport (\n\t\"context\"\n\t\"errors\"\n\t\"fmt\"\n)\n";
    files.extend(prose::sources(rng, "internal/shop", ".go", head, function));
    files.extend(prose::rest(rng, name));
    files
}

fn dockerfile(rng: &mut Rng) -> String {
    let base = ["golang:1.24", "golang:1.23-alpine", "golang:latest"][rng.usize(..3)];
    let build = [
        "go build -o /usr/local/bin/server ./cmd/server",
        "CGO_ENABLED=0 go build -o server ./cmd/server",
    ];
    let build = build[rng.usize(..2)];
    let program = if build.contains("/usr") {
        "/usr/local/bin/server"
    } else {
        "./server"
    };
    let order = if rng.bool() {
        "COPY go.mod go.sum ./\nRUN go mod download\nCOPY . ."
    } else {
        "COPY . ."
    };
    format!("FROM {base}\nWORKDIR /src\n{order}\nRUN {build}\nEXPOSE 8080\nCMD [\"{program}\"]\n")
}

fn main(rng: &mut Rng, name: &str) -> String {
    let template = [
        "",
        "\ttmpl := template.Must(template.ParseGlob(\"templates/*.html\"))\n\t_ = tmpl\n",
    ][rng.usize(..2)];
    let import = if template.is_empty() {
        ""
    } else {
        "\t\"html/template\"\n"
    };
    format!(
        "package main\n\nimport (\n{import}\t\"log\"\n\t\"net/http\"\n\t\"os\"\n\n\t\"example.org/{name}/internal/shop\"\n)\n\n\
         func main() {{\n{template}\tport := os.Getenv(\"PORT\")\n\thttp.HandleFunc(\"/\", shop.Handle)\n\tlog.Fatal(http.ListenAndServe(\":\"+port, nil))\n}}\n"
    )
}

fn function(rng: &mut Rng, number: usize) -> String {
    let (verb, noun) = (prose::verb(rng), prose::noun(rng));
    format!(
        "// {verb} of {noun}, number {number}.\nfunc (s *Store) {verb}{noun}{number}(ctx context.Context, id int64) error {{\n\
         \trow, err := s.db.Query(ctx, \"select id, state from {noun} where id = $1\", id)\n\tif err != nil {{\n\
         \t\treturn fmt.Errorf(\"{verb} {noun} %d: %w\", id, err)\n\t}}\n\tif row == nil {{\n\t\treturn errors.New(\"no such {noun}\")\n\t}}\n\
         \tfor attempt := 0; attempt < {}; attempt++ {{\n\t\ts.log.Info(\"{verb}\", \"attempt\", attempt)\n\t}}\n\treturn nil\n}}\n",
        rng.u8(2..9)
    )
}
