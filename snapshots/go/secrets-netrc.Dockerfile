FROM golang:1.24-bookworm AS builder
ENV GOPRIVATE=git.example.org/*
WORKDIR /src
COPY go.mod main.go ./
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build --mount=type=secret,id=netrc,target=/root/.netrc,required=true grep -q git.example.org /root/.netrc && go build -o /usr/local/bin/billing .
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /usr/local/bin/billing /usr/local/bin/billing
COPY --from=builder --chown=65532:65532 /var/empty /src
WORKDIR /src
USER 65532:65532
CMD ["billing"]
