FROM rust:trixie AS builder
COPY Cargo.toml Cargo.lock /
RUN mkdir -p src \
    && echo 'fn main() {}' > src/main.rs \
    && cargo build --release \
    && cargo clean --release -p ledger \
    && rm -r src \
    && test ! -e /target/release/ledger
COPY ./ ./
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder /target/release/ledger /target/release/ledger
COPY --from=builder /.env /ledger.sqlite3 /
WORKDIR /
CMD ["./target/release/ledger"]
