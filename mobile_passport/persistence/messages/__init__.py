"""Messages, links and what was answered."""
