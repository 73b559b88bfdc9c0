"""Handing in files: checked, stored, queued; the worker runs, cancels and reports."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.cast import County

from fangpin.foundation.actions import enqueue
from fangpin.foundation.models import Job
from fangpin.web.uploads import safe_name

CSV = "姓名,身份证号\n赵测甲,x\n".encode()


def _post(county: County, *files: SimpleUploadedFile, **more: str) -> object:
    data = {"pack": "baiyin-2021", "as_of": "2021-05-31", "files": list(files), **more}
    return county.sign_in("county").post("/upload/", data)


def _stored(job: Job) -> list[str]:
    return sorted(path.name for path in Path(job.arguments["folder"]).iterdir())


def test_files_are_stored_and_the_screening_is_queued(county: County) -> None:
    response = _post(
        county,
        SimpleUploadedFile("医保 结算(5月).csv", CSV),
        SimpleUploadedFile("../../学籍.csv", CSV),
    )
    assert response.status_code == 303
    job = Job.objects.get(kind="screen")
    assert response.headers["Location"] == f"/jobs/{job.pk}/"
    assert (job.kind, job.by) == ("screen", county.users["county"])
    assert _stored(job) == ["医保 结算(5月).csv", "学籍.csv"]
    assert Path(job.arguments["folder"]).parent == settings.UPLOAD_ROOT
    assert date.fromisoformat(job.arguments["as_of"]) == date(2021, 5, 31)


@pytest.mark.parametrize(
    ("files", "more", "said"),
    [
        ([], {}, "没有选择文件"),
        ([("a.exe", CSV)], {}, "不支持的文件类型"),
        ([("a.csv", b"")], {}, "空文件"),
        ([("a.csv", CSV), ("x/a.csv", CSV)], {}, "重名"),
        ([("a.csv", CSV)], {"pack": "none"}, "没有政策包"),
        ([("a.csv", CSV)], {"as_of": "2021-02-30"}, "截止日期"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_kept(
    county: County, files: list[tuple[str, bytes]], more: dict[str, str], said: str
) -> None:
    before = set(settings.UPLOAD_ROOT.iterdir()) if settings.UPLOAD_ROOT.exists() else set()
    response = _post(county, *(SimpleUploadedFile(*file) for file in files), **more)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Job.objects.filter(kind="screen").exists()
    after = set(settings.UPLOAD_ROOT.iterdir()) if settings.UPLOAD_ROOT.exists() else set()
    assert after == before


def test_all_problems_are_told_at_once_as_json(county: County) -> None:
    data = {
        "pack": "none",
        "as_of": "2021-05-31",
        "files": [SimpleUploadedFile("a.exe", CSV), SimpleUploadedFile("b.csv", b"")],
    }
    client = county.sign_in("county")
    response = client.post("/upload/", data, headers={"Accept": "application/json"})
    assert response.status_code == 422
    assert len(response.json()["problems"]) == len(response.json()["remedies"]) == 3


def test_the_files_of_the_current_run_come_along_unless_replaced(
    county: County, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    (source / "truth").mkdir(parents=True)
    (source / "旧.csv").write_bytes(b"old\n")
    (source / "同名.csv").write_bytes(b"old\n")
    (source / "README.md").write_bytes(b"not data\n")
    county.run.intake.source = str(source)
    county.run.intake.save()
    _post(county, SimpleUploadedFile("同名.csv", CSV), base="current", compare="1")
    job = Job.objects.get(kind="screen")
    assert _stored(job) == ["同名.csv", "旧.csv"]
    assert Path(job.arguments["folder"], "同名.csv").read_bytes() == CSV
    assert (source / "同名.csv").read_bytes() == b"old\n"
    assert job.arguments["previous"] == county.run.intake.folder


def test_one_file_that_is_too_large_is_refused(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "UPLOAD_BYTES", 1024 * 1024)
    response = _post(county, SimpleUploadedFile("a.csv", b"x" * (1024 * 1024 + 1)))
    assert response.status_code == 422
    assert "超过 1 MB" in response.content.decode()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\名册.xlsx", "名册.xlsx"),
        ("..", ""),
        ("a\x00b.csv", "a_b.csv"),
        (".hidden.csv", "hidden.csv"),
        ("名" * 200 + ".xlsx", "名" * 65 + ".xlsx"),
    ],
)
def test_safe_names(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_a_job_that_is_no_screening_does_not_say_it_was_one(county: County) -> None:
    job = enqueue(by=county.users["admin"], kind="public_site", arguments={})
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, progress=100)
    client = county.sign_in("admin")
    listed = client.get("/jobs/").content.decode()
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "公开网页" in listed
    assert "公开网页" in page
    assert "比对" not in page.partition("<main")[2].partition("<footer")[0]
