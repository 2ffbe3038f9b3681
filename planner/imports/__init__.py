"""A programme as labs keep it, in a spreadsheet: read, understood, shown before anything is written, and given back."""
