FROM golang:1.25 AS builder
WORKDIR /src
COPY main.go text.go ./
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -o /usr/local/bin/pair main.go text.go
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /usr/local/bin/pair /usr/local/bin/pair
COPY --from=builder --chown=65532:65532 /var/empty /src
WORKDIR /src
USER 65532:65532
CMD ["pair"]
