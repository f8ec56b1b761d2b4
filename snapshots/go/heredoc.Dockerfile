# syntax=docker/dockerfile:1.7
FROM golang:1.25-bookworm AS builder

COPY <<-'TEXT' /etc/mirror.conf
	# words that are left alone
	keep = level
TEXT

WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build <<EOF
set -e
go vet ./...
CGO_ENABLED=0 go build -trimpath -o /out/mirror .
EOF

RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /out/mirror /out/mirror
COPY --from=builder --chown=65532:65532 /etc/mirror.conf /etc/mirror.conf
COPY --from=builder --chown=65532:65532 /var/empty /src
WORKDIR /src
USER 65532:65532
ENTRYPOINT ["/out/mirror"]
