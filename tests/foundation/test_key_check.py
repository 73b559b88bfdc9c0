from datetime import UTC, datetime

import pytest
from tests.registry.people_to_find import enter

from fangpin.foundation import keys
from fangpin.foundation.key_check import refuse_foreign_keys
from fangpin.foundation.keys import Algorithm, Key, Ring
from fangpin.kernel.errors import FangpinError

pytestmark = pytest.mark.django_db


def other_ring() -> str:
    key = Key(1, Algorithm.aes, bytes(range(32)), datetime(2026, 1, 1, tzinfo=UTC))
    return keys.written(Ring((key,), (key,)))


def test_the_own_keys_are_taken() -> None:
    refuse_foreign_keys()  # nothing is there yet
    enter()
    refuse_foreign_keys()


def test_other_keys_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    enter()
    monkeypatch.setenv("FANGPIN_KEYS", other_ring())
    with pytest.raises(FangpinError, match="do not belong to this database") as caught:
        refuse_foreign_keys()
    assert "registry_" in str(caught.value)
