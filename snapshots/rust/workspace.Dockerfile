FROM rust:1-bookworm AS builder
WORKDIR /srv/shop
COPY . .
RUN cargo build --release -p till

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /srv/shop/target/release/till /srv/shop/target/release/till
COPY --from=builder --chown=65532:65532 /srv/shop/lists /srv/shop/lists
WORKDIR /srv/shop
USER 65532:65532
CMD ["./target/release/till", "7"]
