"""Work on many things at once: one Spark task each, in the order given."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from fangpin.kernel.errors import FangpinError, Text

if TYPE_CHECKING:
    from pyspark import SparkContext

Item = TypeVar("Item")
Result = TypeVar("Result")
_NUMBER = re.compile(r"[0-9]{6,}[0-9Xx]*")


class _Refused:
    """What a task found wrong with the data: doing it again would not help."""

    def __init__(self, error: FangpinError) -> None:
        self.error = error


def in_tasks(
    context: "SparkContext", what: Text, items: Sequence[Item], work: Callable[[Item], Result]
) -> list[Result]:
    """`work` of each item, results in the order of `items`; both travel between processes.

    A task whose process dies is done again elsewhere, so `work` must not mind being repeated. A
    FangpinError of `work` is raised here as it is; anything else, after the last attempt, becomes a
    FangpinError that says what was being done.
    """
    if not items:
        return []
    rows = context.parallelize(list(items), len(items)).map(guarded(work))
    return collected(rows, what)


def guarded(work: Callable[[Item], Result]) -> Callable[[Item], "Result | _Refused"]:
    """`work` with its FangpinError as a value; what else it says is passed on without numbers, as
    libraries quote cells in their messages and nodes keep logs."""

    def attempt(item: Item) -> "Result | _Refused":
        try:
            return work(item)
        except FangpinError as error:
            return _Refused(error)
        except Exception as error:
            raise _without_numbers(error) from None

    return attempt


def careful(items: Iterable[Item]) -> Iterator[Item]:
    """The items; an error while they are made is passed on without numbers."""
    try:
        yield from items
    except Exception as error:
        raise _without_numbers(error) from None


def _without_numbers(error: Exception) -> RuntimeError:
    told = _NUMBER.sub("…", str(error).strip().replace("\n", " "))
    return RuntimeError(f"{type(error).__name__}: {told}")


def collected(rows: Any, what: Text) -> list[Any]:
    """The values of an RDD; raises what its tasks found wrong."""
    try:
        found: list[Any] = rows.collect()
    except Exception as error:
        raise _failed(what, error) from error
    problems = [problem for each in found if isinstance(each, _Refused)
                for problem in each.error.problems]  # fmt: skip
    if problems:
        raise FangpinError(problems)
    return found


def _failed(what: Text, error: Exception) -> FangpinError:
    reason = _last_words(error)
    return FangpinError.because(
        f"集群上“{what.zh}”的任务多次失败，没有留下写了一半的结果：{reason}",
        f"tasks failed repeatedly while {what.en}; nothing half-written is left: {reason}",
        do_zh="看 Spark 的日志；内存不足时减小 --persons-per-part 或减少每台机器同时运行的任务",
        do_en="look at Spark's logs; when memory ran out, choose fewer --persons-per-part or fewer "
        "tasks at a time on each machine",
    )


def _last_words(error: Exception) -> str:
    """What the task itself said, without the traces of the machinery around it."""
    told = [line.strip() for line in str(error).splitlines() if line.strip()]
    own = [line for line in told if line.startswith("RuntimeError: ")]
    if own:
        return own[-1].removeprefix("RuntimeError: ")
    return _NUMBER.sub("…", told[0]) if told else type(error).__name__
