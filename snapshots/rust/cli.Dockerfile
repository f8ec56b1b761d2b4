FROM rust:1.85 AS builder

WORKDIR /usr/src/wordcount
COPY . .

RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /usr/src/wordcount/target/release/wordcount /usr/src/wordcount/target/release/wordcount
WORKDIR /usr/src/wordcount
USER 65532:65532
ENTRYPOINT ["./target/release/wordcount"]
