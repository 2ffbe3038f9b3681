"""What every page stands on: access, fields, errors, filters, security."""
