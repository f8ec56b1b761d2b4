FROM rust:1-slim-bookworm AS builder
WORKDIR /diary
COPY . .
RUN cargo build --release
RUN mkdir -p /pages /diary/drafts

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /diary/target/release/diary /diary/target/release/diary
COPY --from=builder --chown=65532:65532 /pages /pages
COPY --from=builder --chown=65532:65532 /diary/drafts /diary/drafts
WORKDIR /diary
USER 65532:65532
VOLUME /pages
CMD ["./target/release/diary"]
