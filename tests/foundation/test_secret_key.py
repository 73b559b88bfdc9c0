import stat
from pathlib import Path

import pytest

from fangpin.foundation.secret_key import kept_secret
from fangpin.kernel.errors import FangpinError


def test_a_secret_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    first = kept_secret(tmp_path / "new", "secret-key")
    assert kept_secret(tmp_path / "new", "secret-key") == first
    assert len(first) >= 48
    assert stat.S_IMODE((tmp_path / "new/secret-key").stat().st_mode) == 0o600
    assert kept_secret(tmp_path / "other", "secret-key") != first


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    kept_secret(tmp_path, "secret-key")
    (tmp_path / "secret-key").chmod(0o644)
    with pytest.raises(FangpinError, match="chmod 600"):
        kept_secret(tmp_path, "secret-key")


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    path.write_text("short\n", encoding="ascii")
    path.chmod(0o600)
    with pytest.raises(FangpinError):
        kept_secret(tmp_path, "secret-key")
