FROM golang:1.24-bookworm AS builder
WORKDIR /src
COPY . ./
RUN go mod download && go mod verify
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -o /greeter ./cmd/greeter
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /greeter /greeter
COPY --from=builder --chown=65532:65532 /var/empty /src
WORKDIR /src
USER 65532:65532
CMD ["/greeter"]
