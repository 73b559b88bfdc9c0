"""What the load run sends is what the server reads."""

from django.test import RequestFactory

from fangpin.bench.installation import percentiles
from fangpin.bench.visits import _BOUNDARY, body, photograph
from fangpin.fieldwork.visit_form import VISIT
from fangpin.foundation.pictures import cleaned
from fangpin.web.phone.protocol import entries_of, pictures_of


def test_a_visit_of_the_load_run_is_read_as_one_of_a_phone() -> None:
    picture = photograph(160, 120)
    request = RequestFactory().post(
        "/phone/send", body(7, [picture, picture]), f"multipart/form-data; boundary={_BOUNDARY}"
    )
    (entry,) = entries_of(request)
    assert (entry.kind, entry.about) == ("visit", {"household": 7})
    assert pictures_of(request) == dict.fromkeys(entry.pictures["photos"], picture)
    assert cleaned(picture).data
    assert {"on", "purpose", "met"} <= set(entry.values)
    assert {field.entry.id for field in VISIT.fields} >= set(entry.values)


def test_percentiles_of_known_times() -> None:
    told = percentiles([each / 1000 for each in range(1, 101)])
    assert told == "p50 51 ms, p95 96 ms, p99 100 ms, worst 100 ms"
    assert percentiles([]) == "none"
