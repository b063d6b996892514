"""The schema's history: one file a step, one head, up and down."""
