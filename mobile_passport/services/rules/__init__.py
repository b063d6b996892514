"""Rules that the office edits, edition by edition."""
