"""Planning as a pure function: problems in, plans out. No I/O, no clock, no web, no database."""
