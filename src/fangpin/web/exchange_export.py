"""The job that writes the wide tables for somebody who asked for them, with their watermark."""

import tempfile
from collections.abc import Callable
from datetime import date
from typing import Any

from fangpin.exchange import exporting
from fangpin.exchange.code_tally import CodeTally
from fangpin.exchange.columns import SheetName
from fangpin.exchange.state import Year
from fangpin.foundation.models import ExportLog
from fangpin.kernel.errors import Text
from fangpin.people.exporting import abandon_export, finish_export
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.web.exports import Watermark
from fangpin.web.wording import pick

KIND = "registry_export"


def run(
    *,
    by: User,
    progress: Callable[[int, Text], None],
    export: int,
    areas: list[str],
    form: str,
    sheet: SheetName | None,
    income: int,
    conditions: int,
    on: str,
    national: bool = False,
) -> dict[str, Any]:
    """Write the file and keep it under the export's number.

    Begun again after a crash it makes the file anew, unless it was kept already. Areas and field
    groups are those that the actor holds now.
    """
    log = ExportLog.objects.get(pk=export, by=by)
    if log.state != ExportLog.State.MAKING:
        return {"export": log.pk, "rows": log.rows}
    scope = scope_of(by)
    inside = tuple(area for area in areas if scope.covers(Right.registry_export, area))
    wanted = exporting.Wanted(
        inside, scope.groups(None), Year(income, conditions), date.fromisoformat(on), national
    )
    progress(10, Text("写出宽表", "Writing the wide tables"))
    try:
        with tempfile.TemporaryFile() as file:
            rows, tally = 0, CodeTally()
            if inside:
                rows = exporting.write(
                    file, form, wanted, note=Watermark.of(log, by).text, sheet=sheet, tally=tally
                )
            progress(90, Text("加密保存", "Keeping the file, encrypted"))
            name = pick(f"台账宽表_{on}", f"registry_{on}")
            finish_export(export=log, file=file, name=name, rows=rows)
    except Exception:
        abandon_export(export=log)
        raise
    words = sum(tally.words.values())
    return {"export": log.pk, "rows": rows, **({"words": words} if words else {})}
