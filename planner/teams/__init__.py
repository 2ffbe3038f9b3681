"""The people of an organisation: who is invited, who asks to join, until when, and who holds the keys."""
