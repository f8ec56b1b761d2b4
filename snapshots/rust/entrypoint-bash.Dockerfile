FROM rust:1-bookworm AS builder
WORKDIR /app
COPY . .
RUN cargo build --release && mv target/release/compass /usr/local/bin/compass && cargo clean
COPY --chmod=755 entrypoint.sh /entrypoint.sh
RUN mkdir -p /var/empty

FROM debian:bookworm-slim
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder /usr/local/bin/compass /usr/local/bin/compass
COPY --from=builder --chown=65532:65532 /entrypoint.sh /entrypoint.sh
COPY --from=builder --chown=65532:65532 /var/empty /app
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/entrypoint.sh"]
