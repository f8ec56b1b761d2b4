FROM rust:1-bookworm AS builder
ADD . /code
WORKDIR /code
RUN cargo build

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /code/target/debug/profile /code/target/debug/profile
WORKDIR /code
USER 65532:65532
CMD ["./target/debug/profile"]
