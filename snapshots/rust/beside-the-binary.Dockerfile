FROM rust:1-slim-bookworm AS builder
WORKDIR /src
COPY . .
RUN cargo build --release \
    && mkdir -p /opt/menu \
    && cp target/release/menu /opt/menu/ \
    && cp -r dishes /opt/menu/

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /src/dishes /src/dishes
COPY --from=builder --chown=65532:65532 /opt/menu /opt/menu
WORKDIR /
USER 65532:65532
CMD ["/opt/menu/menu"]
