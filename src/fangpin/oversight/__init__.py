"""Oversight: figures worked out from what happened, never typed in. It reads and writes nothing."""
