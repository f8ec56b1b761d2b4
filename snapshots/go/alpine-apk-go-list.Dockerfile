FROM alpine:3.9 AS builder
ENV PATH /go/bin:$PATH
ENV GOPATH /go
COPY . /go/src/example.org/release
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build buildDeps=' \
		go \
		git \
		musl-dev \
	' \
	set -x && \
	apk add $buildDeps && \
	cd /go/src/example.org/release && \
	go build -o /usr/bin/release . && \
	apk del $buildDeps && \
	rm -rf /go
RUN mkdir -p /data

FROM alpine:3.9
RUN addgroup -g 65532 nonroot \
    && adduser -D -u 65532 -G nonroot nonroot
ENV PATH /go/bin:$PATH
COPY --from=builder /usr/bin/release /usr/bin/release
COPY --from=builder --chown=65532:65532 /data /data
WORKDIR /data
USER 65532:65532
ENTRYPOINT ["release"]
