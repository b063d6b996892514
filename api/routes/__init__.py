"""Routes: parse, call one thing, answer."""
