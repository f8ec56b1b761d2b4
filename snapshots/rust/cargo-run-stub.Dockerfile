FROM rust:1-bookworm AS builder
WORKDIR /tides
COPY Cargo.toml Cargo.lock ./
RUN mkdir src && echo "fn main() {}" > src/main.rs && cargo build --release
COPY src ./src
RUN touch src/main.rs
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /tides/target/release/tides /tides/target/release/tides
WORKDIR /tides
USER 65532:65532
CMD ["/tides/target/release/tides", "Oban"]
