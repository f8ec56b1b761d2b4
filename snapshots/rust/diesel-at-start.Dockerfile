FROM rust:1-bookworm AS builder
WORKDIR /orders
COPY . .
RUN cargo install diesel_cli --no-default-features --features postgres
RUN cargo build --release
RUN mkdir -p /var/empty

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq5 \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/usr/local/cargo/bin:$PATH"
COPY --from=builder --chown=65532:65532 /orders/target/release/orders /orders/target/release/orders
COPY --from=builder /usr/local/cargo/bin/diesel /usr/local/cargo/bin/diesel
COPY --from=builder --chown=65532:65532 /orders/diesel.toml /orders/diesel.toml
COPY --from=builder --chown=65532:65532 /orders/migrations /orders/migrations
COPY --from=builder --chown=65532:65532 /orders/Cargo.toml /orders/Cargo.toml
COPY --from=builder --chown=65532:65532 /var/empty /orders/src
WORKDIR /orders
USER 65532:65532
EXPOSE 3030
CMD ["/bin/sh", "-c", "bash -c \"diesel migration run && /orders/target/release/orders\""]
