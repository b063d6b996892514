"""What the office works with: people, requests, rules applied to them. Pure: no file, clock, network or database."""
