# One image for everything. Which part runs is said by its arguments: `sync`, `report`, `sync --from ...`; the services
# start functions-framework instead. DuckDB's SQLite extension is one of the wheels: nothing is fetched at run time.
# Pinned to a version and to the digest of that version's index of platforms.
ARG BASE=python:3.11.14-slim-bookworm@sha256:65a93d69fa75478d554f4ad27c85c1e69fa184956261b4301ebaf6dbb0a3543d

FROM ${BASE} AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv --without-pip /opt/rapport
COPY requirements.lock ./
# Compiled here, once: a container that may write nothing would compile them at every start.
RUN python -m pip --python /opt/rapport/bin/python install --require-hashes -r requirements.lock \
    && find /opt/rapport -name tests -type d -prune -exec rm -rf {} +

FROM ${BASE}
RUN useradd --create-home --uid 10001 rapport
COPY --from=packages /opt/rapport /opt/rapport
# The storage client would look the bucket up in background threads, for traces nobody takes.
ENV PATH=/opt/rapport/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA=true

WORKDIR /app
COPY . .
RUN python -m compileall -q .

USER rapport
ENTRYPOINT ["python", "-m", "rapport"]
CMD ["--help"]
