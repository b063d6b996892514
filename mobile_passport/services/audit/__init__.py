"""The log, the order of service, and what moves either."""
