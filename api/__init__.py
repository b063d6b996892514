"""HTTP: pages for people and `/api/v1` for machines."""
