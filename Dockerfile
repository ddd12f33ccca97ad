# The server and the worker are one image; docker-compose.yml names the command of each.

FROM node:20-bookworm-slim AS faces
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY console/package.json console/
COPY widgets/package.json widgets/
RUN npm ci
COPY tsconfig.base.json .size-limit.json ./
COPY scripts/check-build.mjs scripts/
COPY platform/schema platform/schema
COPY console console
COPY widgets widgets
RUN npm run build

FROM python:3.11-slim-bookworm AS server
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --no-install-project
COPY platform platform
RUN uv sync --frozen --no-dev

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/guerdon --create-home guerdon
WORKDIR /app
COPY --from=server /app /app
COPY --from=faces /app/console/dist console/dist
COPY --from=faces /app/widgets/dist widgets/dist
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GUERDON_ENV=production \
    GUERDON_HOST=0.0.0.0 \
    GUERDON_PORT=8000 \
    GUERDON_DATA_DIR=/var/lib/guerdon
USER guerdon
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['GUERDON_PORT']}/healthz\", timeout=4)"]
CMD ["guerdon", "serve"]
