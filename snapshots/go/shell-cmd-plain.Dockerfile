FROM golang:latest AS builder
RUN mkdir /app
ADD . /app/
WORKDIR /app
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o main .

FROM gcr.io/distroless/static-debian13
COPY --from=builder --chown=65532:65532 /app/main /app/main
WORKDIR /app
USER 65532:65532
MAINTAINER Web Team <web@example.org>
EXPOSE 18004
CMD ["/app/main", "-addr", ":18004"]
