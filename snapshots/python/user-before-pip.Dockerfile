FROM python:3.11-trixie AS builder
RUN useradd --create-home --uid 1000 town
USER town
ENV PATH="/home/town/.local/bin:$PATH"
WORKDIR /home/town/app
COPY --chown=town requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY --chown=town . .

FROM python:3.11-slim-trixie
RUN useradd --create-home --uid 1000 town
ENV PATH="/home/town/.local/bin:$PATH"
COPY --from=builder --chown=town /home/town/.local /home/town/.local
COPY --from=builder --chown=town /home/town/app /home/town/app
WORKDIR /home/town/app
USER town
EXPOSE 18321
CMD ["gunicorn", "--bind", ":18321", "web:app"]
