FROM rust:1-bookworm AS builder
WORKDIR /w
COPY . .
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /w/target/release/api /w/target/release/api
WORKDIR /w
USER 65532:65532
CMD ["./target/release/api"]
