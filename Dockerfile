# syntax=docker/dockerfile:1
# The clinic in one image: web, worker and ingest are commands of it (docker-compose.yml).

FROM python:3.12-slim-bookworm AS build
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /srv
COPY requirements.lock pyproject.toml ./
# uv itself and everything that runs are checked against the hashes in requirements.lock; the tools of its "dev" part stay outside
RUN awk '/^[^ #]/ { wanted = /^uv==/ } wanted' requirements.lock >/tmp/uv.txt \
    && pip install --no-cache-dir --quiet --root-user-action=ignore --require-hashes --no-deps -r /tmp/uv.txt \
    && uv venv --quiet .venv \
    && uv pip install --quiet --no-cache --python .venv/bin/python --constraint requirements.lock -r pyproject.toml
COPY app app
COPY ingest.py ./
RUN uv pip install --quiet --no-cache --python .venv/bin/python --no-deps --build-constraint requirements.lock --editable .

FROM python:3.12-slim-bookworm
# Thai OCR for scanned rules, Thai letters for the pictures that are drawn here
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fontconfig fonts-noto-core libreoffice-writer-nogui tesseract-ocr tesseract-ocr-tha \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv --shell /usr/sbin/nologin clinic \
    && install --directory --owner=clinic /srv/data
WORKDIR /srv
COPY --from=build /srv /srv
COPY knowledge knowledge
ENV PATH=/srv/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHAINLP_READ_ONLY=1 \
    PYTHAINLP_OFFLINE=1 \
    USER=clinic \
    DATA_DIR=/srv/data \
    KNOWLEDGE_DIR=/srv/knowledge
USER 10001
VOLUME /srv/data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# Alone, the container is the whole product on SQLite. An ingest that fails leaves the release that was active, if there is one.
CMD ["sh", "-c", "python ingest.py build --if-changed; exec python -m app.main --host 0.0.0.0"]
