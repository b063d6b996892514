"""What an office may change: dated, sourced figures as TOML files, read into typed rules."""
