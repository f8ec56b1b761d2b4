FROM golang:1.24-bookworm AS builder
WORKDIR /srv/web
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o web .

FROM gcr.io/distroless/static-debian13
COPY --from=builder --chown=65532:65532 /srv/web/web /srv/web/web
COPY --from=builder --chown=65532:65532 /srv/web/public /srv/web/public
WORKDIR /srv/web
USER 65532:65532
EXPOSE 80
CMD ["/srv/web/web"]
