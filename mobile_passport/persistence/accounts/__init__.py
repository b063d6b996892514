"""Accounts, sessions, second factors."""
