FROM rust:1-slim-bookworm AS builder
WORKDIR /code
COPY . .
WORKDIR /code/app
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /code/app/target/release/app /code/app/target/release/app
COPY --from=builder --chown=65532:65532 /code/app/odd /code/app/odd
WORKDIR /code/app
USER 65532:65532
CMD ["./target/release/app"]
