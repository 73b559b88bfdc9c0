"""The page of results: figures open their lists, the map, outlines from a file."""

import json
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cases.world import World, county
from tests.oversight.ways import Way, write
from tests.registry.invented import VILLAGE

from fangpin.people.models import User
from fangpin.places.models import Boundary, Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    found = county("county", "village", "leader", "elsewhere")
    User.objects.update(is_demo=True)
    today = timezone.localdate()

    def before(days: int) -> date:
        return today - timedelta(days)

    write(
        [
            Way(VILLAGE, before(30), before(28), before(20), "true", before(9), before(2)),
            Way("620402102201", before(30), before(10)),
        ],
        found.county,
    )
    return found


def page(user: User, name: str, *args: object, **query: object) -> str:
    user.refresh_from_db()
    client = Client()
    client.force_login(user)
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("show", ["watched", "clue", "check", "inclusion", "measure"])
def test_the_page_shows_days_and_opens_lists(world: World, show: str) -> None:
    shown = page(world.leader, "oversight", show=show)
    assert "从核查属实到纳入" in shown
    assert "甲乡" in shown
    assert "/results/inclusion/?months=12" in shown


def test_a_reader_of_one_township_sees_its_villages_alone(world: World) -> None:
    shown = page(world.elsewhere, "oversight")
    assert "乙村" in shown
    assert "甲村" not in shown


def test_the_list_behind_a_figure(world: World) -> None:
    done = page(world.leader, "oversight-behind", "inclusion")
    assert done.count("<tr>") == 2
    waiting = page(world.leader, "oversight-behind", "check", waiting="1")
    assert "乙村" in waiting
    assert "甲村" not in waiting


def outlines_of(*features: dict[str, object]) -> ContentFile:
    text = json.dumps({"type": "FeatureCollection", "features": features})
    return ContentFile(text.encode(), "x.geojson")


def feature(code: str, at: float, **more: object) -> dict[str, object]:
    ring = [[at, 36.5], [at + 0.1, 36.5], [at + 0.1, 36.6], [at, 36.6], [at, 36.5]]
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    } | more


def test_outlines_are_loaded_and_drawn(world: World) -> None:
    client = Client()
    world.county.refresh_from_db()
    client.force_login(world.county)
    place = Place.objects.get(code="620402000000")
    both = outlines_of(feature("620402101", 104.1), feature("620402102000", 104.2))
    sent = {"county": place.pk, "file": both, "source": "县局"}
    assert "2" in client.post(reverse("outlines"), sent).content.decode()
    assert Boundary.objects.count() == 2
    shown = page(world.leader, "oversight")
    assert "<path" in shown
    client.post(reverse("outlines"), {"county": place.pk, "forget": "1"})
    assert "<path" not in page(world.leader, "oversight").split('class="map')[1].split("</svg>")[0]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (ContentFile(b"PK\x03\x04", "x.geojson"), "不是 GeoJSON"),
        (outlines_of(feature("620499101", 104.1)), "不在本县区划中"),
        (outlines_of(feature("620402101", 400000.0)), "不是经纬度"),
        (outlines_of(feature("620402101", 104.1), feature("620402101", 104.1)), "出现了两次"),
        (outlines_of({"type": "Feature", "properties": {"name": "丙乡"}}), "认不出"),
        (outlines_of(feature("620402101", 104.1, geometry={"type": "Point"})), "不是面"),
    ],
)
def test_a_bad_file_is_refused_in_words_and_nothing_is_kept(
    world: World, file: ContentFile, said: str
) -> None:
    client = Client()
    world.county.refresh_from_db()
    client.force_login(world.county)
    file.seek(0)
    place = Place.objects.get(code="620402000000")
    response = client.post(reverse("outlines"), {"county": place.pk, "file": file})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Boundary.objects.exists()
