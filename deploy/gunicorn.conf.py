# ruff: noqa: INP001 -- read by gunicorn, which wants this name
"""Gunicorn's settings; `WEB_CONCURRENCY` is its own name for the number of processes."""

import os

bind = f"{os.environ.get('LISTEN_ADDRESS') or '127.0.0.1'}:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
worker_class = "gthread"
threads = 4
timeout = 30
graceful_timeout = 20
keepalive = 5
max_requests = 10_000  # a process is replaced now and then, so that no leak lasts
max_requests_jitter = 1_000
forwarded_allow_ips = ""  # TRUSTED_PROXIES alone says which proxies are believed
control_socket_disable = True
