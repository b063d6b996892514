"""Service days and the places taken on them."""
