"""After a restore: whoever was erased since the backup was made is erased once more."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from django.db import transaction

from fangpin.foundation.actions import record
from fangpin.privacy import erased_list
from fangpin.privacy.erasing import erase
from fangpin.privacy.models import Depth, Erasure


@transaction.atomic
def forget_again(*, by: Any, source: Path) -> int:
    """Erase everything on a list that this database does not know to be erased. How many lines.

    All of it or nothing; doing it twice changes nothing more.
    """
    done = {
        (row.person, row.household, row.depth, tuple(row.fields))
        for row in Erasure.objects.iterator()
    }
    lines = [
        line
        for line in erased_list.read(source)
        if (line.person, line.household, line.depth, line.fields) not in done
    ]
    groups: dict[tuple[Depth, tuple[str, ...]], list[erased_list.Line]] = defaultdict(list)
    for line in lines:
        groups[line.depth, line.fields].append(line)
    for (depth, fields), some in groups.items():
        erase(
            persons=[line.person for line in some if line.person is not None],
            households=[line.household for line in some if line.household is not None],
            depth=depth,
            fields=fields,
        )
        Erasure.objects.bulk_create(
            [
                Erasure(
                    person=line.person, household=line.household, depth=depth, fields=list(fields)
                )
                for line in some
            ]
        )
    if lines:
        record(
            by=by,
            action="privacy.erased_again",
            subject="system",
            detail={"lines": len(lines)},
        )
    transaction.on_commit(erased_list.write)
    return len(lines)
