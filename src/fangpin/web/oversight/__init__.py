"""Figures of oversight drawn for a page: maps and bars as plain SVG, without scripts."""
