"""One Spark session for all tests of this package; without Java or pyspark they are skipped."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from fangpin.cluster.session import refuse_without_spark, session
from fangpin.kernel.errors import FangpinError

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
