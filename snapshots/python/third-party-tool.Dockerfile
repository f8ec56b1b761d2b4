FROM python:3.11-trixie AS builder
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
RUN pip install --no-cache-dir mkdocs==1.6.1

FROM python:3.11-slim-trixie
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
WORKDIR /
VOLUME /docs
ENTRYPOINT ["mkdocs"]
CMD ["--help"]
