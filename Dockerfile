# One image for both jobs; which one runs is said by the arguments: `sync`, `report`, `sync --from ...`.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# functions-framework loads a function by its file, and looks for our packages along this path.
ENV PYTHONPATH=/app
# The storage client would look the bucket up in background threads, for traces nobody takes.
ENV DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA=true

WORKDIR /app
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock

COPY LICENSE rapport.py ./
COPY shared shared
COPY sync_job sync_job
COPY report_builder report_builder
COPY report_site report_site
COPY event_collector event_collector
COPY deployment deployment
COPY site_template site_template
COPY demo demo
RUN useradd --create-home --uid 10001 rapport

USER rapport
ENTRYPOINT ["python", "-m", "rapport"]
CMD ["--help"]
