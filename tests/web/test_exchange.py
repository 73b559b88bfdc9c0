"""The pages of the exchange: a file brought and carried out, an export with its purpose."""

import csv
from datetime import date
from io import BytesIO, TextIOWrapper
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.cast import County
from tests.exchange.invented import book, household_row, person_row

from fangpin.exchange import tasks
from fangpin.exchange.models import Import, Snapshot
from fangpin.exchange.snapshot import take
from fangpin.foundation.models import ExportLog, Job
from fangpin.kernel.errors import Text
from fangpin.people.exporting import take_export
from fangpin.places.models import Place
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.models import Household
from fangpin.web import exchange_export

HOME = "6204021012019001"


def say(percent: int, step: Text) -> None:
    """Nobody watches."""


@pytest.fixture
def file(county: County, tmp_path: Path) -> Path:
    place = Place.objects.get(code="620402101201", valid_to=None)
    assert place.parent is not None
    there = {"乡(镇)": place.parent.name, "行政村": place.name, "村区划代码": place.code}
    away = {**there, "行政村": "不存在村", "村区划代码": None}
    return book(
        tmp_path / "表.xlsx",
        [household_row(HOME, **there), household_row(f"{HOME[:-1]}2", **away)],
        [person_row(HOME, 1, **{"姓名": "样本甲", "家庭成员联系电话": "15400007777"})],
    )


def brought(client: Client, path: Path) -> Import:
    sent = SimpleUploadedFile(path.name, path.read_bytes())
    response = client.post("/registry/imports/", {"file": sent, "on": "2026-03-01"})
    assert response.status_code == 302, response.content.decode()
    return Import.objects.latest("pk")


def test_a_file_is_brought_looked_at_and_carried_out(county: County, file: Path) -> None:
    client = county.sign_in("township")
    found = brought(client, file)
    address = f"/registry/imports/{found.pk}/"
    assert "核对中" in client.get(address).content.decode()
    tasks.check(by=found.by, progress=say, number=found.pk)
    Job.objects.update(state=Job.State.DONE)
    page = client.get(address).content.decode()
    assert "不存在村" in page
    assert "样*" in page
    assert "样本甲" not in page
    assert "15400007777" not in page
    assert client.post(f"{address}apply/").status_code == 302
    found.refresh_from_db()
    tasks.apply(by=found.by, progress=say, number=found.pk)
    Job.objects.update(state=Job.State.DONE)
    assert Household.objects.get(number=HOME).members == 1
    assert "已导入" in client.get(address).content.decode()
    assert client.get("/registry/imports/").status_code == 200


def test_a_township_imports_into_its_own_villages_only(county: County, file: Path) -> None:
    found = brought(county.sign_in("other_township"), file)
    tasks.check(by=found.by, progress=say, number=found.pk)
    found.refresh_from_db()
    assert found.counts["households_added"] == 0
    Job.objects.update(state=Job.State.DONE)
    page = county.sign_in("other_township").get(f"/registry/imports/{found.pk}/")
    assert "不在您岗位负责的区域内" in page.content.decode()


def test_a_post_that_ended_meanwhile_imports_nothing(county: County, file: Path) -> None:
    client = county.sign_in("township")
    found = brought(client, file)
    tasks.check(by=found.by, progress=say, number=found.pk)
    Job.objects.update(state=Job.State.DONE)
    client.post(f"/registry/imports/{found.pk}/apply/")
    county.users["township"].posts.update(valid_to=date(2020, 12, 31))
    fresh = type(county.users["township"]).objects.get(username="township")
    with pytest.raises(Exception, match="没有导入台账的权限"):
        tasks.apply(by=fresh, progress=say, number=found.pk)
    assert not Household.objects.filter(number=HOME).exists()


def test_bad_input_is_told_in_words(county: County) -> None:
    client = county.sign_in("county")
    for sent in ({}, {"file": SimpleUploadedFile("x.exe", b"MZ"), "on": "2026-03-01"},
                 {"file": SimpleUploadedFile("x.csv", b"a"), "on": "2999-01-01"}):  # fmt: skip
        response = client.post("/registry/imports/", sent)
        assert response.status_code == 422
        assert "note-alert" in response.content.decode()
    assert not Import.objects.exists()


def test_the_report_leaves_with_a_purpose_only(county: County, file: Path) -> None:
    client = county.sign_in("county")
    found = brought(client, file)
    tasks.check(by=found.by, progress=say, number=found.pk)
    address = f"/registry/imports/{found.pk}/report/"
    assert client.post(address).status_code == 422
    response = client.post(address, {"purpose": "visit"})
    assert response.status_code == 200
    assert openpyxl.load_workbook(BytesIO(b"".join(response))).sheetnames[0] == "汇总"  # type: ignore[arg-type]
    assert ExportLog.objects.get().what == "import_report"


def test_the_wide_tables_leave_by_a_job_with_watermark_and_log(county: County) -> None:
    client = county.sign_in("township")
    form = {"area": "620402101000", "form": "xlsx"}
    assert client.post("/registry/export/", form).status_code == 422  # no purpose
    response = client.post("/registry/export/", {**form, "purpose": "visit"})
    assert response.status_code == 302
    job = Job.objects.get(kind=exchange_export.KIND)
    exchange_export.run(by=county.users["township"], progress=say, **job.arguments)
    log = ExportLog.objects.get()
    assert (log.state, log.what) == (ExportLog.State.READY, "registry")
    _, content = take_export(by=county.users["township"], pk=log.pk)
    page = openpyxl.load_workbook(content)["户信息"]
    note = " ".join(str(cell.value) for cell in page[2] if cell.value)
    assert log.number in note
    villages = {row[0] for row in page.iter_rows(min_row=5, values_only=True) if row[0]}
    assert villages
    exchange_export.run(by=county.users["township"], progress=say, **job.arguments)  # once more
    assert ExportLog.objects.get().sha256 == log.sha256


def test_the_wide_tables_leave_with_national_codes_where_asked_for(county: County) -> None:
    client = county.sign_in("township")
    form = {"area": "620402101000", "form": "csv-person", "purpose": "visit"}
    assert client.post("/registry/export/", {**form, "codes": "letters"}).status_code == 422
    assert client.post("/registry/export/", {**form, "codes": "gb"}).status_code == 302
    job = Job.objects.get(kind=exchange_export.KIND)
    exchange_export.run(by=county.users["township"], progress=say, **job.arguments)
    log = ExportLog.objects.get()
    assert log.filter["codes"] == "gb"
    _, content = take_export(by=county.users["township"], pk=log.pk)
    rows = list(csv.DictReader(TextIOWrapper(content, "utf-8-sig")))
    relations = {row["与户主关系"] for row in rows} - {""}
    assert relations
    assert relations <= {*catalogue().code_maps["relation_to_head"].back}
    assert {row["性别"] for row in rows} <= {"1", "2", ""}
    assert rows
    job.result, job.state = {"export": log.pk, "rows": len(rows), "words": 12}, Job.State.DONE
    job.save()
    assert "12 个值没有国标代码，保留文字" in client.get(f"/jobs/{job.pk}/").content.decode()


def test_the_template_comes_with_words_or_with_codes(county: County) -> None:
    client = county.sign_in("county")
    for query, told in (("", "男、女"), ("?codes=gb", "GB/T 2261.1-2003：1 男、2 女")):
        content = b"".join(client.get(f"/registry/template/{query}"))  # type: ignore[arg-type]
        page = openpyxl.load_workbook(BytesIO(content))["填写说明"]
        assert told in {row[2] for row in page.iter_rows(values_only=True) if row[1] == "性别"}


def test_another_townships_tables_are_not_offered(county: County) -> None:
    client = county.sign_in("township")
    assert "620402102000" not in client.get("/registry/export/").content.decode()
    sent = {"area": "620402102000", "form": "xlsx", "purpose": "visit"}
    assert client.post("/registry/export/", sent).status_code == 422
    assert not ExportLog.objects.exists()


def test_snapshots_are_listed_and_their_files_removed(county: County) -> None:
    client = county.sign_in("county")
    assert client.post("/registry/snapshots/", {"as_of": "2026-01-01"}).status_code == 302
    take(by=county.users["county"], progress=say, as_of="2026-01-01")
    kept = Snapshot.objects.get()
    assert kept.hash[:16] in client.get("/registry/snapshots/").content.decode()
    assert client.post(f"/registry/snapshots/{kept.pk}/remove/").status_code == 302
    kept.refresh_from_db()
    assert kept.removed_at is not None


def test_the_template_can_be_had(county: County) -> None:
    response = county.sign_in("township").get("/registry/template/")
    book = openpyxl.load_workbook(BytesIO(b"".join(response)))  # type: ignore[arg-type]
    assert book.sheetnames == ["户信息", "人员信息", "填写说明"]
