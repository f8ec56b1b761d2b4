FROM rust:1-slim-bookworm AS builder
WORKDIR /src
COPY . .
RUN cargo build --profile careful

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /src/target/careful/scales /src/target/careful/scales
WORKDIR /
USER 65532:65532
ENTRYPOINT ["/src/target/careful/scales"]
CMD ["3", "4"]
