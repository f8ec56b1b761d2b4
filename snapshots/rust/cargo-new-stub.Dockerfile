FROM rust:1-slim-bookworm AS builder
RUN USER=root cargo new --bin kettle
WORKDIR /kettle
COPY ./Cargo.toml ./Cargo.toml
COPY ./Cargo.lock ./Cargo.lock
RUN cargo build --release
RUN rm src/*.rs
COPY ./src ./src
COPY ./teas.txt ./teas.txt
RUN rm ./target/release/deps/kettle*
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /kettle/target/release/kettle /kettle/target/release/kettle
COPY --from=builder --chown=65532:65532 /kettle/teas.txt /kettle/teas.txt
WORKDIR /kettle
USER 65532:65532
CMD ["./target/release/kettle"]
