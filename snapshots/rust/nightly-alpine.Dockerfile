FROM rustlang/rust:nightly-alpine AS builder
WORKDIR /app
COPY . .
RUN cargo build --release

FROM gcr.io/distroless/static-debian13
COPY --from=builder --chown=65532:65532 /app/target/release/kite /app/target/release/kite
WORKDIR /app
USER 65532:65532
CMD ["./target/release/kite"]
