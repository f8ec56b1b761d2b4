FROM golang:1.25-alpine3.22 AS builder
RUN apk add --no-cache make
WORKDIR /go/src/notes
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build make install
RUN mkdir -p /var/empty

FROM alpine:3.22
RUN addgroup -g 65532 nonroot \
    && adduser -D -u 65532 -G nonroot nonroot
ENV PATH="/go/bin:$PATH"
COPY --from=builder /go/bin/notes /go/bin/notes
COPY --from=builder --chown=65532:65532 /var/empty /go/src/notes
WORKDIR /go/src/notes
USER 65532:65532
CMD notes && echo done
