FROM rustlang/rust:nightly-bookworm-slim AS builder
ARG PORT
ENV ROCKET_ADDRESS=0.0.0.0
WORKDIR /app
COPY . .
RUN cargo build --release

FROM debian:bookworm-slim
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV ROCKET_ADDRESS=0.0.0.0
COPY --from=builder --chown=65532:65532 /app/target/release/kite /app/target/release/kite
WORKDIR /app
USER 65532:65532
CMD ROCKET_PORT=$PORT ./target/release/kite
