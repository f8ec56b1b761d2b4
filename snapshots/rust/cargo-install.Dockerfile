FROM rust:1.85 AS builder

WORKDIR /usr/src/myapp
COPY . .

RUN cargo install --path .
RUN mkdir -p /var/empty

FROM gcr.io/distroless/cc-debian13
COPY --from=builder /usr/local/cargo/bin/myapp /usr/local/cargo/bin/myapp
COPY --from=builder --chown=65532:65532 /var/empty /usr/src/myapp
WORKDIR /usr/src/myapp
USER 65532:65532
CMD ["/usr/local/cargo/bin/myapp"]
