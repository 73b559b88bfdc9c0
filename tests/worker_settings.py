"""Settings of a worker that a test starts: the product's own, with tasks of the tests beside."""

from fangpin.web import chores, job_process
from fangpin.web.settings import *  # noqa: F403

job_process.TASKS |= {
    "wait_for_file": "tests.worker_tasks.wait_for_file",
    "burn_aside": "tests.worker_tasks.burn_aside",
    "take_memory": "tests.worker_tasks.take_memory",
}
chores.MINUTELY = (*chores.MINUTELY, "tests.worker_tasks.leave_word")
