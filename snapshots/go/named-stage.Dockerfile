FROM golang:1.24 AS builder

WORKDIR /usr/src/greet

COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -v -o greet .

FROM gcr.io/distroless/static-debian13 AS app
COPY --from=builder --chown=65532:65532 /usr/src/greet/greet /usr/src/greet/greet
WORKDIR /usr/src/greet
USER 65532:65532
ENTRYPOINT ["./greet"]
CMD ["-name", "world"]
