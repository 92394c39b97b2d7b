# One image for web, worker and beat: docs/deploy.md says how each is started.
# Pin the base to the digest that you have checked: --build-arg BASE=python:3.11-slim-bookworm@sha256:…
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
WORKDIR /app
COPY scripts/ scripts/
COPY requirements/ requirements/
# The step of scripts/demo; before the code, so that a change of code does not install again.
RUN ROOT=/app; . scripts/_setup.sh; set_up base
COPY manage.py ./
COPY smartapp/ smartapp/
COPY templates/ templates/
COPY static/ static/
RUN scripts/_as_production collectstatic --no-input

FROM ${BASE}
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SMARTAPP_PROFILE=production \
    SMARTAPP_VAR=/var/lib/smartapp
RUN mkdir -m 0700 /var/lib/smartapp && chown 10001:10001 /var/lib/smartapp
WORKDIR /app
COPY --from=build /app /app
USER 10001:10001
# All that is ever written: run with --read-only and these two.
VOLUME ["/var/lib/smartapp", "/tmp"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s --retries=3 \
    CMD ["python", "scripts/_livez.py"]
CMD ["uvicorn", "smartapp.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--no-server-header"]
