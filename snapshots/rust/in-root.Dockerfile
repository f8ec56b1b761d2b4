FROM rust:1-bookworm AS builder
COPY . .
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /target/release/almanac /target/release/almanac
COPY --from=builder --chown=65532:65532 /months /months
COPY --from=builder --chown=65532:65532 /settings.toml /settings.toml
WORKDIR /
USER 65532:65532
CMD ["./target/release/almanac"]
