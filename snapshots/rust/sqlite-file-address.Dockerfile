FROM rust:1-bookworm AS builder
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src \
    && echo 'fn main() {}' > src/main.rs \
    && cargo build --release \
    && cargo clean --release -p notebook \
    && rm -r src \
    && test ! -e /app/target/release/notebook
COPY . .
RUN cargo build --release
RUN mkdir -p /var/notebook

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /app/target/release/notebook /app/target/release/notebook
COPY --from=builder --chown=65532:65532 /var/notebook /var/notebook
WORKDIR /app
USER 65532:65532
CMD ["./target/release/notebook"]
