"""The register of venues."""
