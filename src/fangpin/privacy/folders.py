"""Folders of delivered files and runs that are due to go."""

import shutil
from pathlib import Path

from django.db import transaction


def remove_folder(folder: Path, *, below: Path) -> None:
    """Remove a folder once the transaction is committed; never one outside `below`.

    A folder that stays because the disk refuses is found again: its rows are gone, and the
    self-check names folders without rows.
    """
    try:
        inside = folder.resolve().is_relative_to(below.resolve()) and folder.resolve() != (
            below.resolve()
        )
    except OSError:
        return
    if inside:
        transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))
