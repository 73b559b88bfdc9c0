"""How many examples a test draws: some in `make test`, all of them in `make test-long` and where
the test is run by itself."""

_short = False


def begin(marks: str) -> None:
    """Told before tests are collected which marks were chosen (`-m`)."""
    global _short
    _short = "not long" in marks


def examples(some: int, *, long: int) -> int:
    """For `@settings(max_examples=…)` of a test whose examples are dear."""
    return some if _short else long
