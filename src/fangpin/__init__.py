"""Fangpin (防贫): a policy document becomes a pack; the rest follows from packs and data."""

__version__ = "0.1.0"
