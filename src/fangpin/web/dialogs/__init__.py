"""Guided actions on households: asking, showing what follows, doing."""
