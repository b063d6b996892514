"""What goes out, what comes back, and whom to call."""
