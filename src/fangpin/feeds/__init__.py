"""From the files departments send to typed, linked rows. See docs/architecture.md."""
