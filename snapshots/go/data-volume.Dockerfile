FROM golang:1.25 AS builder
WORKDIR /src
COPY go.mod main.go ./
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o /usr/local/bin/notes

RUN mkdir -p /var/lib/notes && chmod 0755 /var/lib/notes
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
ENV NOTES_DIR=/var/lib/notes
COPY --from=builder /usr/local/bin/notes /usr/local/bin/notes
COPY --from=builder --chown=65532:65532 /var/lib/notes /var/lib/notes
COPY --from=builder --chown=65532:65532 /var/empty /src
WORKDIR /src
USER 65532:65532
VOLUME /var/lib/notes
EXPOSE 18006/tcp
ENTRYPOINT ["notes"]
