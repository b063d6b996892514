"""What teams reported, and on which devices."""
