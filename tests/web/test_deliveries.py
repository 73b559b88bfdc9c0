"""Deliveries: the equation of rows, areas by scope, returned rows, the workbook for the sender."""

import io
import json
from pathlib import Path

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from tests.cast import FINDINGS, HOUSEHOLDS, County
from tests.run_folder import RunFolder

from fangpin.feeds.models import Delivery
from fangpin.feeds.queries import return_workbook
from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.screening.actions import load_run
from fangpin.screening.models import Run


def _page(county: County, name: str, file: str = "医保结算.xlsx") -> str:
    pk = Delivery.objects.get(file=file).pk
    return county.sign_in(name).get(f"/deliveries/{pk}/").content.decode()


def test_the_county_sees_counts_reasons_areas_and_rows(county: County) -> None:
    text = _page(county, "county")
    for expected in ("石门乡数据不完整", "清水镇", "石门乡", "身份证号校验位不符", "请核对后重报"):
        assert expected in text
    assert "下载退回表" in text


def test_a_township_sees_its_own_area_and_no_row(county: County) -> None:
    text = _page(county, "township")
    assert "清水镇" in text
    assert "东岭村" not in text
    assert ">石门乡<" not in text
    assert "身份证号校验位不符" not in text
    assert "62040219000101000X" not in text


def test_a_village_sees_its_townships_line(county: County) -> None:
    assert "清水镇" in _page(county, "village")


def test_the_workbook_goes_to_the_sender_and_is_written_down(county: County) -> None:
    pk = Delivery.objects.get(file="医保结算.xlsx").pk
    response = county.sign_in("medical").post(f"/deliveries/{pk}/return/", {"purpose": "rectify"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert book.active["A1"].value == "身份证号校验位不符"
    assert AuditEntry.objects.get(action="export.taken").actor == county.users["medical"]


@pytest.mark.parametrize("name", ["../run.json", "../../etc/passwd.xlsx", "a/../../run.xlsx"])
def test_a_hostile_file_name_leads_nowhere(county: County, name: str) -> None:
    item = Delivery.objects.get(file="医保结算.xlsx")
    item.file = name
    assert return_workbook(county.users["county"], item) is None


def test_returned_rows_come_page_by_page(county: County, tmp_path: Path) -> None:
    folder = RunFolder(FINDINGS, HOUSEHOLDS, rejected=90)
    load_run(by=None, folder=folder.write(tmp_path / "more"), names=folder.names())
    pk = Delivery.objects.get(file="医保结算.xlsx", intake__run__current=True).pk
    client = county.sign_in("county")
    first = client.get(f"/deliveries/{pk}/")
    rest = client.get(f"/deliveries/{pk}/rows/", {"after": first.context["more"]})
    shown = [row.row for page in (first, rest) for row in page.context["rows"]]
    assert shown == list(range(10, 100))
    assert rest.context["more"] is None


def test_rows_that_do_not_add_up_are_refused_by_the_database(county: County) -> None:
    with pytest.raises(IntegrityError, match="rows_read_is"), transaction.atomic():
        Delivery.objects.filter(file="学籍.csv").update(rows_rejected=7)


@pytest.mark.parametrize("missing", ["run.json", "findings.parquet", "snapshot/places.parquet"])
def test_an_incomplete_run_changes_nothing(county: County, tmp_path: Path, missing: str) -> None:
    folder = RunFolder(FINDINGS[:1], HOUSEHOLDS).write(tmp_path / "broken")
    (folder / missing).unlink()
    with pytest.raises(FangpinError, match="broken"):
        load_run(by=None, folder=folder)
    assert Run.objects.get(current=True) == county.run
    assert county.run.findings.count() == len(FINDINGS)


def test_a_run_whose_rows_do_not_add_up_is_not_shown(county: County, tmp_path: Path) -> None:
    folder = RunFolder(FINDINGS[:1], HOUSEHOLDS).write(tmp_path / "odd")
    path = folder / "deliveries.json"
    deliveries = json.loads(path.read_text(encoding="utf-8"))
    deliveries[0]["rows"]["accepted"] += 1
    path.write_text(json.dumps(deliveries), encoding="utf-8")
    with pytest.raises(IntegrityError), transaction.atomic():
        load_run(by=None, folder=folder)
    assert Run.objects.get(current=True) == county.run


def test_loading_a_folder_again_replaces_what_it_brought(county: County, tmp_path: Path) -> None:
    folder = RunFolder(FINDINGS[:2], HOUSEHOLDS)
    written = folder.write(tmp_path / "again")
    for _ in range(2):
        run = load_run(by=None, folder=written, names=folder.names())
    assert run.findings.count() == 2
    assert Run.objects.filter(current=True).count() == 1
    assert Run.objects.filter(intake__key="again").count() == 1


def test_reasons_speak_of_all_townships_and_are_for_those_who_see_all(county: County) -> None:
    assert "石门乡数据不完整" in _page(county, "leader")
    assert "石门乡数据不完整" not in _page(county, "township")
