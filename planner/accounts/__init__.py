"""People, sign-in, roles."""
