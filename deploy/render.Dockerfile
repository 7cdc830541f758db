# The image of deploy/Dockerfile for a platform that mounts a new disk as root's own, as Render does: it begins as root, hands
# the disk over, and is nobody in particular before the program starts. tests/test_cloud.py keeps the two alike.
FROM python:3.12-slim-bookworm AS packages
COPY requirements.txt .
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --quiet -r requirements.txt

FROM python:3.12-slim-bookworm
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /shop --create-home pos \
    && mkdir /shop/instance && chown pos:pos /shop/instance
COPY --from=packages /opt/venv /opt/venv
WORKDIR /shop
COPY wsgi.py ./
COPY migrations migrations
COPY pos pos
COPY docs/manual docs/manual
# Once for all starts and commands: the shop may not write here later.
RUN python -m compileall -q pos migrations wsgi.py
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 POS_INSTANCE=/shop/instance
VOLUME /shop/instance
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=4s --start-period=40s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/readyz', timeout=3)"]
# wsgi.py itself is process 1: it takes the signal to stop, and saves what is being sold first.
COPY deploy/as-pos /usr/local/bin/as-pos
ENTRYPOINT ["as-pos"]
CMD ["python", "wsgi.py"]
