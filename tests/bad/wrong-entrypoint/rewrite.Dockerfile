FROM golang:1.25 AS builder
WORKDIR /app
COPY main.c ./
RUN gcc -static -o hello main.c

FROM scratch
WORKDIR /app
COPY --from=builder /app/hello /hello
USER 65532
ENTRYPOINT ["/app/hello"]
