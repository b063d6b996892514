"""Keys of persons, sealed columns, erasure."""
