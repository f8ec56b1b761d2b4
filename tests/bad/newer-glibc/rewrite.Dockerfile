FROM golang:1.25-trixie AS builder
WORKDIR /src
COPY main.c ./
RUN gcc -o /usr/local/bin/number main.c

FROM debian:bookworm-slim
WORKDIR /src
COPY --from=builder /usr/local/bin/number /usr/local/bin/number
USER 65532
CMD ["number"]
