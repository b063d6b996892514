"""A Twilio on loopback that fails as scripted and keeps the truth."""
