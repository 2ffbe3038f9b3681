"""Documents and outcomes after an event."""
