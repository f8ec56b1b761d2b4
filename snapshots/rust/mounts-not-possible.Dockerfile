FROM rust:1-bookworm AS builder
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src \
    && echo 'fn main() {}' > src/main.rs \
    && cargo build --release --locked \
    && cargo clean --release -p sums \
    && rm -r src \
    && test ! -e /app/target/release/sums
COPY . .
RUN cargo build --release --locked
RUN ls -R target/release/deps > /dev/null

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /app/target/release/sums /app/target/release/sums
WORKDIR /app
USER 65532:65532
CMD ["./target/release/sums"]
