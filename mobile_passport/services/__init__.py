"""Use cases, one module each: where transactions begin and end."""
