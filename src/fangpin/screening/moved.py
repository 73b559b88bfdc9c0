"""Findings follow the household they are about when it moves to another village.

Who may see a finding is decided by its village, so that it changes with the household at once. The
run folder keeps where the household lived when it was screened.
"""

from django.db import connection

from fangpin.places.queries import names_of
from fangpin.screening.models import Finding, Run


def findings_follow(number: str, old: str, new: str) -> None:
    """Give the findings of a household its new village, in every run."""
    names = names_of(new)
    village = names[-1] if names else ""
    township = names[-2] if len(names) > 1 else ""
    Finding.objects.filter(household_number=number).update(
        village_code=new, village=village[:80], township=township[:80]
    )


def findings_where_households_live(run: Run) -> None:
    """After loading a run: households that the registry knows to live elsewhere than the run says
    take their findings along. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE screening_finding f SET village_code = h.village_code,"
            " village = coalesce(v.name, ''), township = coalesce(t.name, '')"
            " FROM registry_household h"
            " LEFT JOIN places_place v ON v.code = h.village_code AND v.valid_to IS NULL"
            " LEFT JOIN places_place t"
            " ON t.code = left(h.village_code, 9) || '000' AND t.valid_to IS NULL"
            " WHERE f.run_id = %s AND f.household_number = h.number"
            " AND h.village_code <> '' AND h.village_code <> f.village_code",
            [run.pk],
        )
