"""The self-check: everything about an installation that is unsafe or missing, and what to do."""

from fangpin.upkeep.checks.finding import Finding, Level

__all__ = ["WORKER", "Finding", "Level"]

WORKER = "fangpin-worker"
"""The name under which a worker stays connected to the database (PGAPPNAME)."""
