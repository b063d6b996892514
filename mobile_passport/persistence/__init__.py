"""Tables, queries and transactions. Nothing outside this package writes SQL."""
