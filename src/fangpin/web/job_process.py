"""Runs one job in a process of its own: `python -m fangpin.web.job_process JOB`."""

import logging
import os
import sys
from collections.abc import Callable
from typing import Any

import django
from django.utils.module_loading import import_string

from fangpin.kernel.errors import FangpinError, Text
from fangpin.web import job_limits

log = logging.getLogger("fangpin.job")

# kind → task. A task takes the job's arguments, who asked (`by`) and a callable for progress.
TASKS = {
    "clues_from_run": "fangpin.clues.tasks.take_run",
    "clues_recount": "fangpin.clues.tasks.recount",
    "cases_recount": "fangpin.cases.tasks.recount",
    "audit_verify": "fangpin.foundation.tasks.verify_audit",
    "messages_send": "fangpin.people.messages.outward.tasks.send_due",
    "keys_rotate": "fangpin.foundation.tasks.rotate_keys",
    "print_township": "fangpin.reports.tasks.print_township",
    "retention": "fangpin.privacy.tasks.carry_out",
    "screen": "fangpin.screening.tasks.screen_uploaded",
    "public_site": "fangpin.disclosure.site_writer.site_job",
    "registry_check": "fangpin.checks.planned.check",
    "registry_apply": "fangpin.checks.planned.apply",
    "registry_undo": "fangpin.checks.planned.undo",
    "registry_quality": "fangpin.checks.run.check_registry",
    "registry_snapshot": "fangpin.exchange.snapshot.take",
    "registry_export": "fangpin.web.exchange_export.run",
}
Task = Callable[..., dict[str, Any]]


def run(pk: str) -> int:
    """Run the job and write its verdict; 0 whenever there is one."""
    from fangpin.foundation.actions import finish
    from fangpin.foundation.models import Job

    job = Job.objects.select_related("by").get(pk=pk)
    task: Task = import_string(TASKS[job.kind])
    progress = _Progress(pk)
    try:
        result = task(by=job.by, progress=progress, **job.arguments)
    except FangpinError as error:
        said = Text(error.in_language("zh"), error.in_language("en"))
        finish(job=job, state=Job.State.FAILED, error=said)
    except Exception:
        log.exception("job %s failed", pk)
        sorry = Text(
            "处理时出现意外错误，已记入日志。请联系系统管理员。",
            "An unexpected error stopped this job; it is in the log. Ask the system administrator.",
        )
        finish(job=job, state=Job.State.FAILED, error=sorry)
    else:
        finish(job=job, state=Job.State.DONE, result=result)
    finally:
        progress.close()
    return 0


class _Progress:
    """How far the job is, over a connection of its own: a task that does all its work in one
    transaction would otherwise tell of it only at the end."""

    def __init__(self, pk: str) -> None:
        from django.db import connections

        self.pk = pk
        self.connection = connections.create_connection("default")

    def __call__(self, percent: int, step: Text) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "UPDATE foundation_job SET progress = %s, step_zh = %s, step_en = %s"
                " WHERE id = %s AND state = 'running'",
                [min(100, max(0, percent)), step.zh[:200], step.en[:200], self.pk],
            )

    def close(self) -> None:
        self.connection.close()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangpin.web.settings")
    os.environ["PGAPPNAME"] = "fangpin-job"
    job_limits.adopt_orphans()
    django.setup()
    # By its own name, not as __main__: settings may add to the tasks.
    from fangpin.web import job_process

    sys.exit(job_process.run(sys.argv[1]))
