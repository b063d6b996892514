"""Requests and their people."""
