FROM rust:1-slim-bookworm AS builder
WORKDIR /tmp/build
COPY . .
RUN cargo install --locked --root /opt/lamp --path . \
    && rm -rf target

FROM gcr.io/distroless/cc-debian13
ENV PATH="/opt/lamp/bin:${PATH}"
COPY --from=builder /opt/lamp/bin/lamp /opt/lamp/bin/lamp
WORKDIR /tmp/build
USER 65532:65532
CMD ["lamp", "--on"]
