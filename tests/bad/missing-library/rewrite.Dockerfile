FROM golang:1.25 AS builder
WORKDIR /src
COPY greet.c main.c ./
RUN gcc -shared -fPIC -o /usr/local/lib/libgreet.so greet.c && ldconfig
RUN gcc -o /usr/local/bin/hello main.c -lgreet

FROM debian:trixie-slim
WORKDIR /src
COPY --from=builder /usr/local/bin/hello /usr/local/bin/hello
USER 65532
CMD ["hello"]
