"""The web server's door: `gunicorn wsgi:app`, and what the `flask` command finds."""

import os

from planner.app import create_app
from planner.web import assets

app = create_app()
if "FLASK_RUN_FROM_CLI" not in os.environ:  # a command draws no page
    assets.check(app)
