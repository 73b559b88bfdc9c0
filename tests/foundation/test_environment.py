from pathlib import Path

import pytest

from fangpin.foundation import environment
from fangpin.kernel.errors import FangpinError


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), ("YES", True), ("off", False), ("0", False), ("", True), ("  ", True)],
)
def test_flag_reads_the_usual_words(value: str, expected: bool) -> None:
    assert environment.flag("X", True, env={"X": value}) is expected


@pytest.mark.parametrize("value", ["2", "ja", "truee", "1 0"])
def test_flag_refuses_anything_else(value: str) -> None:
    with pytest.raises(FangpinError) as caught:
        environment.flag("X", True, env={"X": value})
    assert caught.value.problems[0].where.file == "X"


@pytest.mark.parametrize("value", ["80", "65536", "-1", "8000.0", "8_000", "８０００", "x"])
def test_port_refuses_odd_values(value: str) -> None:
    with pytest.raises(FangpinError):
        environment.port("X", 8000, env={"X": value})


@pytest.mark.parametrize(("value", "expected"), [("1024", 1024), ("65535", 65535), ("", 8000)])
def test_port_at_its_limits(value: str, expected: int) -> None:
    assert environment.port("X", 8000, env={"X": value}) == expected


def test_words_are_trimmed_and_empty_ones_refused() -> None:
    assert environment.words("X", (), env={"X": "a, b"}) == ("a", "b")
    with pytest.raises(FangpinError):
        environment.words("X", (), env={"X": "a,,b"})


def test_secret_comes_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("hidden\nsecond line\n", encoding="utf-8")
    assert environment.secret("X", env={"X_FILE": str(path)}) == "hidden"
    assert environment.secret("X", env={"X": "open"}) == "open"
    assert environment.secret("X", env={}) is None
    with pytest.raises(FangpinError):
        environment.secret("X", env={"X": "open", "X_FILE": str(path)})
    with pytest.raises(FangpinError):
        environment.secret("X", env={"X_FILE": str(tmp_path / "absent")})


def test_data_dir_must_be_absolute() -> None:
    assert environment.data_dir(env={"FANGPIN_DATA_DIR": "/srv/x"}) == Path("/srv/x")
    assert environment.data_dir(env={}).is_absolute()
    with pytest.raises(FangpinError):
        environment.data_dir(env={"FANGPIN_DATA_DIR": "data"})


def test_database_url_in_djangos_words() -> None:
    found = environment.database_url("postgresql://me:p%40ss@db.example:5433/fp?sslmode=require")
    assert found == {
        "NAME": "fp",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "sslmode": "require",
    }
    assert environment.database_url("postgresql:///fp?host=/run/pg")["HOST"] == "/run/pg"


@pytest.mark.parametrize(
    "url",
    [
        "mysql://x/y",
        "sqlite:///x",
        "postgresql://host",
        "postgresql://h/n?option=1",
        "postgresql://h:port/n",
        "nonsense",
    ],
)
def test_database_url_refuses_what_is_not_postgresql(url: str) -> None:
    with pytest.raises(FangpinError):
        environment.database_url(url)
