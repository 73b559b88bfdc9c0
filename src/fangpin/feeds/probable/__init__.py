"""Probable links: whom a row without a usable number most probably means, and on which grounds."""
