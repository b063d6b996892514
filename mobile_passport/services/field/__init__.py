"""What teams take along, and what they report."""
