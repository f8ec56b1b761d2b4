FROM rust:1-trixie AS builder
WORKDIR /page
COPY . .
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /page/target/release/page /page/target/release/page
WORKDIR /page
USER 65532:65532
EXPOSE 18102
CMD ["target/release/page"]
