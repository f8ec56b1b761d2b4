FROM golang:1.24-bookworm AS builder

RUN groupadd --gid 10001 app && \
    useradd --uid 10001 --gid app --home-dir /home/app --create-home --shell /usr/sbin/nologin app

WORKDIR /home/app
COPY --chown=app:app . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -o /usr/local/bin/whoami-go .

FROM gcr.io/distroless/static-debian13
COPY --from=builder /etc/passwd /etc/passwd
COPY --from=builder /etc/group /etc/group
COPY --from=builder /usr/local/bin/whoami-go /usr/local/bin/whoami-go
WORKDIR /home/app
USER app
CMD ["whoami-go"]
