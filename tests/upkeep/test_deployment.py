"""The files of deploy/ hold together: what they refer to exists, and is closed where it must be.

That the image's steps work without a network is shown by `test_bundle.py`, which runs the same
installer in a network namespace of its own.
"""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from fangpin.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
# What whoever installs puts beside compose.yaml; its first lines and docs/deploy.md say so.
BROUGHT = {"./tls", "./secrets/database-password", "./secrets/database-url"}
BROUGHT |= {"./secrets/secret-key", "./secrets/backup-passphrase"}
SETTINGS = set(
    re.findall(r"^\| (FANGPIN_[A-Z_]+)", (ROOT / "docs/deploy.md").read_text("utf-8"), re.MULTILINE)
)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def settings_in(text: str) -> set[str]:
    return {name.removesuffix("_FILE") for name in re.findall(r"\bFANGPIN_[A-Z_]*[A-Z]\b", text)}


def test_compose_refers_to_what_there_is(compose: dict[str, Any]) -> None:
    services = compose["services"]
    names = {"networks": set(compose["networks"]), "secrets": set(compose["secrets"])}
    for name, service in services.items():
        for kind, known in names.items():
            assert set(service.get(kind, ())) <= known, (name, kind)
        assert set(service.get("depends_on", ())) <= set(services), name
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert source in BROUGHT or (DEPLOY / source).is_file(), (name, source)
            else:
                assert source in compose["volumes"], (name, source)
        for secret in service.get("secrets", ()):
            assert compose["secrets"][secret]["file"] in BROUGHT
        for key, value in service.get("environment", {}).items():
            inside = re.fullmatch(r"/run/secrets/(.+)", str(value))
            assert not inside or inside[1] in service["secrets"], (name, key)
    said = (DEPLOY / "compose.yaml").read_text(encoding="utf-8").split("name: fangpin")[0]
    assert all(Path(path).name in said for path in BROUGHT), "the first lines name what to bring"


def test_only_the_proxy_is_reached_from_outside(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    outward = [name for name, service in services.items() if "outside" in service["networks"]]
    assert outward == ["proxy"]
    assert compose["networks"]["inside"]["internal"] is True
    for name in ("pages", "worker", "migrate"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]


def test_settings_and_commands_are_those_of_the_program(compose: dict[str, Any]) -> None:
    for path in (DEPLOY / "fangpin.env", DEPLOY / "compose.yaml"):
        # FANGPIN_PASSWORD is read by database-login.sh, not by the program.
        unknown = settings_in(path.read_text(encoding="utf-8")) - SETTINGS - {"FANGPIN_PASSWORD"}
        assert not unknown, path.name
    for name, service in compose["services"].items():
        command = service.get("command", ())
        if command and command[0] == "fangpin":
            assert command[1] in COMMANDS, name
    for unit in (DEPLOY / "systemd").glob("*.service"):
        text = unit.read_text(encoding="utf-8")
        for asked in re.findall(r"current/bin/fangpin ([a-z-]+)", text):
            assert asked in COMMANDS, unit.name
        assert "User=fangpin" in text
        assert "EnvironmentFile=/etc/fangpin/fangpin.env" in text


def test_pages_are_served_alike_by_unit_and_container(compose: dict[str, Any]) -> None:
    unit = (DEPLOY / "systemd/fangpin-web.service").read_text(encoding="utf-8")
    line = re.search(r"^ExecStart=\S+ -m (.+)$", unit, re.MULTILINE)
    assert line is not None
    by_unit, by_container = shlex.split(line[1]), compose["services"]["pages"]["command"]
    for option in ("--worker-class", "--workers", "--threads", "--timeout"):
        at, other = by_unit.index(option), by_container.index(option)
        assert by_unit[at + 1] == by_container[other + 1], option


def test_the_image_is_made_by_the_step_that_is_tested_without_network() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert "install.sh --into /opt/fangpin --no-service" in text
    tested = (ROOT / "tests/upkeep/test_bundle.py").read_text(encoding="utf-8")
    assert '("--into", str(into), "--no-service")' in tested
    assert "unshare" in tested
    assert "pip install" not in text
    assert "USER fangpin" in text
    for line in re.findall(r"^COPY (?!--from)(\S+)", text, re.MULTILINE):
        assert line == "fangpin-*.tar", "everything comes out of the bundle"
