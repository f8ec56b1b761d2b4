FROM rust:1-bookworm AS builder
WORKDIR /tides
COPY . .
RUN cargo fetch
RUN cargo build

FROM debian:bookworm-slim
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder --chown=65532:65532 /tides/target/debug/tides /tides/target/debug/tides
WORKDIR /tides
USER 65532:65532
CMD ["/bin/bash", "-c", "sleep 1; exec /tides/target/debug/tides --harbour ${HARBOUR:-Leith}"]
