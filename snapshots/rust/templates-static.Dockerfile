FROM rust:1.85-bookworm AS builder

WORKDIR /srv/site

# 1. the code
COPY Cargo.toml Cargo.lock ./
COPY src/ src/
RUN cargo build --release

# 2. what it serves
COPY templates/ templates/
COPY static/ static/
COPY Site.toml .

FROM gcr.io/distroless/cc-debian13
ENV SITE_ADDRESS=0.0.0.0 \
    SITE_PORT=18101
COPY --from=builder --chown=65532:65532 /srv/site/target/release/site /srv/site/target/release/site
COPY --from=builder --chown=65532:65532 /srv/site/Site.toml /srv/site/Site.toml
COPY --from=builder --chown=65532:65532 /srv/site/static /srv/site/static
COPY --from=builder --chown=65532:65532 /srv/site/templates /srv/site/templates
WORKDIR /srv/site
USER 65532:65532
EXPOSE 18101
CMD ["./target/release/site"]
