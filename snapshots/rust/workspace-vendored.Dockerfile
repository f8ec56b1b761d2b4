FROM rust:1-bookworm AS builder
WORKDIR /w
COPY . .
RUN cargo build --release --bin fetcher

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libsqlite3-0 \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder --chown=65532:65532 /w/target/release/fetcher /w/target/release/fetcher
WORKDIR /w
USER 65532:65532
CMD ["/w/target/release/fetcher"]
