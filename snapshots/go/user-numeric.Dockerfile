FROM golang:1.24 AS builder
WORKDIR /app
COPY --chown=1001:0 . /app
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o /usr/local/bin/uid . && rm -rf /app/* && chgrp -R 0 /app && chmod -R g=u /app

FROM gcr.io/distroless/static-debian13
COPY --from=builder /usr/local/bin/uid /usr/local/bin/uid
WORKDIR /app
USER 1001:0
CMD ["/usr/local/bin/uid"]
