"""What people follow and are written about."""
