import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.cast import County, county_with_cast, signing_in

from fangpin.people.models import User


@pytest.fixture(scope="module")
def loaded_county(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[County]:
    """The small county with its cast, loaded once beneath the transactions of a module's tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield county_with_cast(tmp_path_factory.mktemp("county") / "run")
        transaction.set_rollback(True)


@pytest.fixture
def county(loaded_county: County, db: None, tmp_path: Path) -> Iterator[County]:
    """The county as it was loaded; what a test does to rows, users and the run folder is undone."""
    folder = Path(loaded_county.run.intake.folder)
    kept = tmp_path / "run as loaded"
    shutil.copytree(folder, kept)
    users = {name: User.objects.get(pk=user.pk) for name, user in loaded_county.users.items()}
    run = type(loaded_county.run).objects.get(pk=loaded_county.run.pk)
    yield County(run, users, signing_in(users))
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(kept, folder)
