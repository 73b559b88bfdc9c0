"""One Spark session and one sample county for all tests of this package; without Java or pyspark
they are skipped."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fangpin.cluster.session import refuse_without_spark, session
from fangpin.engine.snapshot import Snapshot
from fangpin.feeds.intake import take_in
from fangpin.kernel.errors import FangpinError
from fangpin.policy import load_pack
from fangpin.sample import generate
from fangpin.screening.run import snapshot_of

if TYPE_CHECKING:
    from pyspark import SparkContext


@pytest.fixture(scope="session")
def spark() -> "Iterator[SparkContext]":
    """Two workers on this machine."""
    # A JVM this short-lived spends a third of its time on compiling what is never worth it.
    os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    try:
        refuse_without_spark()
    except FangpinError as error:
        pytest.skip(error.problems[0].what.en)
    with session("local[2]", memory="1g") as context:
        yield context


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2021-04/ and 2021-05/: what departments of the sample county delivered. To be read only."""
    root = tmp_path_factory.mktemp("delivered")
    for month in (date(2021, 4, 1), date(2021, 5, 1)):
        generate(root / f"{month:%Y-%m}", 300, 11, month, root / f"truth-{month:%Y-%m}")
    return root


@pytest.fixture(scope="session")
def may(delivered: Path) -> Snapshot:
    """May of the sample county, taken in without a month before."""
    return snapshot_of(take_in(delivered / "2021-05", load_pack("baiyin-2021"), date(2021, 5, 31)))
