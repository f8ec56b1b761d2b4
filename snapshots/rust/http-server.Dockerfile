FROM rust:1-bookworm AS builder
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
COPY src ./src
RUN cargo build --release --locked

FROM gcr.io/distroless/cc-debian13
ENV PORT=8080
ENV RUST_LOG=info
COPY --from=builder --chown=65532:65532 /app/target/release/pinger /app/target/release/pinger
WORKDIR /app
USER 65532:65532
EXPOSE 8080
CMD ["/app/target/release/pinger"]
