FROM rust:1-slim-bookworm AS builder

WORKDIR /app
COPY . .
RUN cargo build --release \
 && install -m 0755 target/release/journal /usr/local/bin/journal \
 && rm -rf target

RUN adduser --system --uid 2000 --group --home /var/lib/journal journal \
 && mkdir -p /var/lib/journal/entries \
 && chown -R journal:journal /var/lib/journal

FROM gcr.io/distroless/cc-debian13
COPY --from=builder /etc/passwd /etc/passwd
COPY --from=builder /etc/group /etc/group
COPY --from=builder /usr/local/bin/journal /usr/local/bin/journal
COPY --from=builder --chown=journal:journal /var/lib/journal /var/lib/journal
WORKDIR /var/lib/journal
USER journal
CMD ["journal", "entries/today.txt"]
