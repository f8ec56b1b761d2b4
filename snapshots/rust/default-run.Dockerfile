FROM rust:1-slim-bookworm AS builder
WORKDIR /press
COPY . .
RUN cargo build

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /press/target/debug/morning /press/target/debug/morning
WORKDIR /press
USER 65532:65532
CMD ["/press/target/debug/morning"]
