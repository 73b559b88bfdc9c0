"""The cast over two villages, as the printed forms have it."""

from tests.reports.conftest import by, users

__all__ = ["by", "users"]
