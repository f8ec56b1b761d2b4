FROM rust:1-bookworm AS builder
COPY . /kit
RUN cd /kit && cargo build --release -p clock
RUN mkdir -p /var/empty

FROM gcr.io/distroless/cc-debian13
COPY --from=builder /kit/target/release/clock /kit/target/release/clock
COPY --from=builder --chown=65532:65532 /var/empty /kit/apps
WORKDIR /kit/apps
USER 65532:65532
CMD ["/kit/target/release/clock", "--at", "12"]
