FROM rust:1-bookworm AS builder
RUN rustup target add wasm32-unknown-unknown && cargo install --locked trunk
WORKDIR /site
COPY . .
RUN cargo build --release --target wasm32-unknown-unknown -p pages
RUN cd pages && trunk build --release
RUN cargo build --release -p server
RUN find /site/target -type f ! -path /site/target/release/server -delete

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /site /site
WORKDIR /site
USER 65532:65532
EXPOSE 8080
CMD ["./target/release/server"]
