FROM rust:1-slim-bookworm AS builder

ENV CARGO_TARGET_DIR=/var/cache/build
WORKDIR /app

# a stub, so that the dependencies have a layer of their own
COPY Cargo.toml Cargo.lock ./
RUN mkdir src \
    && echo 'fn main() { println!("stub"); }' > src/main.rs \
    && cargo build --release \
    && rm -rf src

COPY src src
RUN touch src/main.rs && cargo build --release
RUN mkdir -p /var/empty

FROM gcr.io/distroless/cc-debian13
COPY --from=builder /var/cache/build/release/whole /var/cache/build/release/whole
COPY --from=builder --chown=65532:65532 /var/empty /app
WORKDIR /app
USER 65532:65532
CMD ["/var/cache/build/release/whole"]
