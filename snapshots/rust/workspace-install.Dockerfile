FROM rust:1.87-alpine AS builder
WORKDIR /app
COPY . .
RUN apk add --no-cache musl-dev openssl-dev pkgconfig
RUN cargo install --path ./service
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /usr/local/cargo/bin/service /usr/local/cargo/bin/service
COPY --from=builder --chown=65532:65532 /var/empty /app
WORKDIR /app
USER 65532:65532
EXPOSE 8080
CMD ["/usr/local/cargo/bin/service"]
