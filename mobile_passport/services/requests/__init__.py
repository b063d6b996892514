"""Groups and their people, until they are planned."""
