"""The web server's door: `gunicorn wsgi:app`, and what the `flask` command finds."""

from planner.app import create_app

app = create_app()
