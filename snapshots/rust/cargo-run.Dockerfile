FROM rust:trixie AS builder
WORKDIR /app
COPY . .
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /app/target/release/tides /app/target/release/tides
COPY --from=builder --chown=65532:65532 /app/data /app/data
WORKDIR /app
USER 65532:65532
CMD ["/app/target/release/tides"]
