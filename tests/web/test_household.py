"""The household page: sentence, evidence, clause; names for those who may; reading is noted."""

from tests.cast import County

from fangpin.foundation.models import AuditEntry


def test_it_shows_sentence_figures_source_and_clause(county: County) -> None:
    text = county.sign_in("township").get("/households/620402000001/").content.decode()
    assert "自付 23,180 元 ≥ 预警线 20,000 元" in text
    assert "医保结算.xlsx › 住院 › 第 17 行" in text
    assert '/packs/baiyin-2021/clauses/2.2/"' in text
    assert "赵测甲" in text
    assert "脱贫户" in text
    assert "测试县 / 清水镇 / 上河村" in text


def test_reading_a_household_with_names_is_written_down(county: County) -> None:
    county.sign_in("township").get("/households/620402000001/")
    entry = AuditEntry.objects.get(action="household.read")
    assert (entry.actor, entry.subject) == (
        county.users["township"],
        "household:620402000001",
    )
    assert "赵" not in str(entry.detail)
    county.sign_in("leader").get("/households/620402000001/")
    assert AuditEntry.objects.filter(action="household.read").count() == 1


def test_what_cannot_be_decided_is_said_so_and_never_shown_as_a_figure(county: County) -> None:
    text = county.sign_in("county").get("/households/620402000003/").content.decode()
    assert "无法判定" in text
    assert "因此不能下结论" in text
    assert "未知" in text


def test_content_from_files_is_never_live(county: County) -> None:
    from fangpin.screening.models import Finding

    Finding.objects.filter(household_number="620402000001").update(
        sentence_zh="<script>alert(1)</script>",
        evidence=[
            {
                "label_zh": "<b>x</b>",
                "label_en": "x",
                "value": "{0}",
                "unit": "元",
                "person_number": None,
                "period": None,
                "file": "<img src=x>",
                "sheet": "",
                "row": 1,
                "known": True,
            }
        ],
    )
    client = county.sign_in("county")
    for path in ("/households/620402000001/", "/findings/"):
        text = client.get(path).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x>" not in text
    assert "{0}" in client.get("/households/620402000001/").content.decode()


def test_a_finding_about_a_village_leads_to_its_evidence(county: County) -> None:
    client = county.sign_in("other_township")
    listing = client.get("/findings/", {"state": "all"}).content.decode()
    assert 'href="/villages/620402102201/"' in listing
    text = client.get("/villages/620402102201/").content.decode()
    assert "饮水中断" in text
    assert "医保结算.xlsx › 住院 › 第 17 行" in text
    assert "东岭村" in text
