"""Commands: one module per group, put together in `main.py`."""
