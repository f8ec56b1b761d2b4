FROM python:3.11 AS builder
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
COPY app.py ./

FROM gcr.io/distroless/python3-debian12
WORKDIR /app
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /app ./
ENV PATH=/opt/venv/bin:$PATH
ENTRYPOINT []
CMD ["/opt/venv/bin/python", "app.py"]
USER 65532
