"""Tasks: results in order, data problems told once, lost tasks done again, no numbers in errors."""

import os
from pathlib import Path

import pytest

from fangpin.cluster.tasks import careful, in_tasks
from fangpin.kernel.errors import FangpinError, Text

WHAT = Text("测试", "testing")


def test_results_in_order(spark):
    assert in_tasks(spark, WHAT, [3, 1, 2], lambda x: x * 10) == [30, 10, 20]
    assert in_tasks(spark, WHAT, [], lambda x: x) == []


def test_what_is_wrong_with_the_data_is_told_as_it_is(spark):
    def work(item: int) -> int:
        if item:
            raise FangpinError.because(f"第{item}块", f"block {item}", do_zh="改", do_en="mend")
        return item

    with pytest.raises(FangpinError) as failed:
        in_tasks(spark, WHAT, [0, 1, 2], work)
    assert sorted(each.what.en for each in failed.value.problems) == ["block 1", "block 2"]


def test_a_task_whose_process_dies_is_done_again(spark, tmp_path: Path):
    marker = str(tmp_path / "died")

    def work(item: int) -> int:
        if item == 1 and not os.path.exists(marker):
            open(marker, "w").close()
            os._exit(1)
        return item + 1

    assert in_tasks(spark, WHAT, [0, 1], work) == [1, 2]
    assert os.path.exists(marker)


def test_a_task_that_always_fails_is_told_without_numbers(spark):
    def work(item: int) -> int:
        return int(f"99010119800101{item}X is no number")

    with pytest.raises(FangpinError) as failed:
        in_tasks(spark, WHAT, [123], work)
    told = str(failed.value)
    assert "while testing" in told
    assert "ValueError" in told
    assert "990101" not in told
    assert "nothing half-written" in told


def test_errors_of_generators_carry_no_numbers():
    def rows():
        yield 1
        raise ValueError("bad value 990101198001011234")

    items = careful(rows())
    assert next(items) == 1
    with pytest.raises(RuntimeError, match="ValueError: bad value …"):
        next(items)
