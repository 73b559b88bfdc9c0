"""The administrative tree: places with 12-digit codes, dated."""
