"""Many people doing something at the same moment, each with a database connection of their own."""

import threading
from collections import Counter
from collections.abc import Callable

from django.db import connection, connections

from fangpin.kernel.errors import FangpinError


def together(count: int, act: Callable[[int], str]) -> Counter[str]:
    """Let `act(number)` run in as many threads at once; how each ended. What is refused in words
    counts by its kind; any other error counts as its own text, so that no test passes over it."""
    ended: Counter[str] = Counter()
    barrier, lock = threading.Barrier(count), threading.Lock()

    def work(number: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            result = act(number)
        except FangpinError as error:
            result = type(error).__name__
        except Exception as error:
            result = repr(error)
        finally:
            connections.close_all()
        with lock:
            ended[result] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert ended.total() == count, "somebody still waits"
    return ended
