"""Pages, start-up and background work."""
