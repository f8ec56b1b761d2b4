FROM golang:1.25-alpine AS builder

# git is needed by go mod download when a module has no proxy
RUN apk update && apk add --no-cache git

WORKDIR /go/src/app
COPY . .

RUN go get -d -v ./...
RUN --mount=type=cache,target=/root/.cache/go-build go install -v ./...
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /go/bin/sum /go/bin/sum
COPY --from=builder --chown=65532:65532 /var/empty /go/src/app
WORKDIR /go/src/app
USER 65532:65532
ENTRYPOINT ["/go/bin/sum"]
