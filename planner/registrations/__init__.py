"""Registrations, seats, waiting list, reminders."""
