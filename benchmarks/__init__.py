"""Measurements. `python -m benchmarks` prints medians; tests never assert on time."""
