"""What people take in hand: the map, the run sheet, the calendar. Read models in, files out; no I/O, no clock."""
