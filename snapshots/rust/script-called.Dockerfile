FROM rust:1-bookworm AS builder
WORKDIR /mirror
COPY . .
RUN cargo build --release

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates git rsync \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder --chown=65532:65532 /mirror/target/release/mirror /mirror/target/release/mirror
COPY --from=builder --chown=65532:65532 /mirror/tools /mirror/tools
WORKDIR /mirror
USER 65532:65532
CMD ["./target/release/mirror"]
