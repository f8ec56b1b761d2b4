FROM rust:1-slim-bookworm AS builder
WORKDIR /src
COPY Cargo.toml Cargo.lock build.rs ./
COPY data ./data
COPY src ./src
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /src/target/release/countries /src/target/release/countries
COPY --from=builder --chown=65532:65532 /src/data /src/data
WORKDIR /src
USER 65532:65532
ENTRYPOINT ["/src/target/release/countries"]
