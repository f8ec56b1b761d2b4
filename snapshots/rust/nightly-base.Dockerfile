FROM rustlang/rust:nightly-trixie AS builder
WORKDIR /app
COPY . .
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /app/target/release/edge /app/target/release/edge
WORKDIR /app
USER 65532:65532
CMD ["./target/release/edge"]
