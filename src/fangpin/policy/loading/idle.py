"""Conditions that say nothing: never true, or never false, on the domain of their facts."""

from fangpin.policy.loading.reading import Problems
from fangpin.policy.pack import Pack


def check_idle(pack: Pack, broken: set[str], problems: Problems) -> None:
    return None
