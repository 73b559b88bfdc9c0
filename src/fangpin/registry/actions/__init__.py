"""Every write to the registry, one noun per file."""
