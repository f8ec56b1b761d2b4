FROM rust:1-bookworm AS builder
WORKDIR /tides
COPY . .
RUN cargo build --release

FROM debian:bookworm-slim
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder --chown=65532:65532 /tides/target/release/tides /tides/target/release/tides
COPY --from=builder --chown=65532:65532 /tides/start.sh /tides/start.sh
WORKDIR /tides
USER 65532:65532
ENTRYPOINT ["./start.sh"]
CMD ["/tides/target/release/tides"]
