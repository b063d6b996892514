"""Versions of the plan, promises, order of service."""
