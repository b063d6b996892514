"""Messages to people: what they say, the outbox, handing them over, and finding out what became of them."""
