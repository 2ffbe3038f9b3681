"""The background processes: Celery's worker and its schedule."""
