"""Fangpin (防贫): a policy document becomes a policy pack; everything else follows from packs and data."""

__version__ = "0.1.0"
