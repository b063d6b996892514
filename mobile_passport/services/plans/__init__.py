"""Drafts: made, looked at, changed, published."""
