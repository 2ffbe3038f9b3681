"""The outbox: mails owed, written with what they announce, delivered by the worker."""
