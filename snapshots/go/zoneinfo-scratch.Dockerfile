FROM golang:1.25-alpine AS builder
RUN apk add --no-cache tzdata
ENV TZ=America/Sao_Paulo
WORKDIR /clock
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o /clock/clock .

FROM scratch
ENV TZ=America/Sao_Paulo
COPY --from=builder /usr/share/zoneinfo /usr/share/zoneinfo
COPY --from=builder --chown=65532:65532 /clock/clock /clock/clock
WORKDIR /clock
USER 65532:65532
CMD ["/clock/clock"]
