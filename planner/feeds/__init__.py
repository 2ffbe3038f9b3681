"""iCalendar feeds and files."""
