"""DITP's instruction of programmes."""
