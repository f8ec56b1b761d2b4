FROM rust:1-alpine AS builder
RUN apk add --no-cache musl-dev
WORKDIR /app
COPY . .
RUN cargo build --release

FROM gcr.io/distroless/static-debian13
COPY --from=builder --chown=65532:65532 /app/target/release/tiny /app/target/release/tiny
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/app/target/release/tiny"]
