"""The page of the audit trail: entries by number, the state of the chain, a check on demand."""

from pathlib import Path

import pytest
from tests.cast import County

from fangpin.foundation import anchor
from fangpin.foundation.actions import record
from fangpin.foundation.models import Job
from fangpin.foundation.queries import chain_head

pytestmark = pytest.mark.django_db


def page(county: County) -> str:
    return county.sign_in("auditor").get("/audit/").content.decode()


def test_the_state_of_the_chain_is_told(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "未设置" in page(county)
    assert "尚未核验" in page(county)
    monkeypatch.setenv("FANGPIN_AUDIT_ANCHOR", str(tmp_path / "anchors"))
    assert "导出已暂停" in page(county)  # asked for and never kept
    anchor.add_anchor(tmp_path / "anchors", chain_head())
    assert "正常" in page(county)
    for detail, words in [
        ({"holds": True, "links": 12, "anchors": 1}, "完好"),
        ({"holds": False, "links": 12, "bad_link": 5, "bad_entry": 77}, "不符"),
    ]:
        record(by=None, action="audit.verified", subject="audit", detail=detail)
        assert words in page(county)
    assert "77" in page(county)


def test_a_check_is_asked_for_once(county: County) -> None:
    client = county.sign_in("auditor")
    for _ in range(2):
        assert client.post("/audit/verify/").status_code == 302
    assert Job.objects.filter(kind="audit_verify").count() == 1
    assert "正在核验" in page(county)
