"""Answers go back to the departments whose data had raised the findings."""

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from fangpin.clues.actions.refusals import refuse
from fangpin.clues.models import AnswersReturned
from fangpin.foundation.actions import record
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of

_LINES = """
INSERT INTO clues_returnedanswer (returned_id, department, village_code, reason_id, answer_id)
SELECT %(returned)s, %(department)s, r.village_code, r.id, a.id
FROM clues_cluereason r
JOIN clues_clueanswer a ON a.clue_id = r.clue_id AND a.state = 'taken'
WHERE r.channel = 'screening' AND r.standing = ''
  AND r.departments @> ARRAY[%(department)s]::varchar(120)[]
  AND r.at <= a.received_at AND r.village_code LIKE %(area)s
  AND NOT EXISTS (
    SELECT FROM clues_returnedanswer b
    WHERE b.department = %(department)s AND b.reason_id = r.id AND b.answer_id = a.id)
ORDER BY r.village_code, r.id
"""


@transaction.atomic
def return_to_department(*, by: User, department: str) -> AnswersReturned:
    """Return to a department every answer about its data that it has not had yet; one that was
    taken back and given anew goes again. For whoever sends clues in a whole county.

    Raises PermissionError without that, FangpinError when there is nothing to return.
    """
    areas = [area for area in scope_of(by).areas(Right.clues_send) if len(area) <= 6]
    if not areas:
        raise PermissionError("only who sends clues in a county returns answers")
    made = AnswersReturned.objects.create(
        department=department[:120], area=areas[0], at=timezone.now(), by=by, rows=0
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('fangpin.clues.returned'))")
        for area in areas:
            cursor.execute(
                _LINES,
                {"returned": made.pk, "department": made.department, "area": f"{area}%"},
            )
            made.rows = F("rows") + cursor.rowcount
            made.save(update_fields=["rows"])
            made.refresh_from_db()
    if not made.rows:
        raise refuse(
            "没有新的答复需要回传",
            "there is no new answer to return",
            "等村级核查答复后再回传",
            "wait until villages have answered",
        )
    record(
        by=by,
        action="clues.return",
        subject=f"returned:{made.pk}",
        detail={"department": made.department, "rows": made.rows},
    )
    return made
