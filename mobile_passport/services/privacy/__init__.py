"""What persons may ask, and what is forgotten."""
