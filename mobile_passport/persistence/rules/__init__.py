"""Editions of an office's rules."""
