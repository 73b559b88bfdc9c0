"""Starting and ending a connection to Spark, with refusals a person can act on."""

import logging
import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from fangpin.cluster.shipping import write_package
from fangpin.kernel.errors import FangpinError

if TYPE_CHECKING:
    from pyspark import SparkContext

JAVA = 17
"""The oldest Java that Spark 4 runs on."""
_LOCAL = re.compile(r"local(?:\[(?P<cores>\*|[0-9]+)\])?")
_ATTEMPTS = 4
_WORKERS = {
    # One thread per task: Spark already fills the cores with tasks.
    "POLARS_MAX_THREADS": "1",
    # pyspark warns of a pandas that nothing here uses.
    "PYTHONWARNINGS": "ignore::FutureWarning",
}


@contextmanager
def session(
    master: str = "local[*]", *, memory: str | None = None, name: str = "fangpin"
) -> "Iterator[SparkContext]":
    """A Spark context for `with`; ends with the block.

    `master` as Spark writes it: local[2], spark://host:7077, yarn, k8s://… `memory` of the JVM that
    hands blocks of rows on (driver for local masters, executor otherwise), as 2g; the rows
    themselves are worked on in Python, outside it. A cluster gets this very package sent along; its
    nodes need Python 3.11, polars and numpy. FangpinError: pyspark or Java is missing, the master
    cannot be reached.
    """
    refuse_without_spark()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield from _session(master, memory, name)


def _session(master: str, memory: str | None, name: str) -> "Iterator[SparkContext]":
    from pyspark import SparkConf, SparkContext

    local = _LOCAL.fullmatch(master)
    conf = SparkConf().setMaster(_with_attempts(master)).setAppName(name)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # Blocks on their way between tasks lie on the nodes' disks: never in the clear.
        "spark.io.encryption.enabled": "true",
        "spark.task.maxFailures": str(_ATTEMPTS),
    }
    if local:
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    if memory:
        settings["spark.driver.memory" if local else "spark.executor.memory"] = memory
    for key, value in settings.items():
        conf.set(key, value)
    quiet = files("fangpin.cluster") / "log4j2.properties"
    with TemporaryDirectory(prefix="fangpin-spark-") as scratch, as_file(quiet) as properties:
        conf.set("spark.driver.extraJavaOptions", f"-Dlog4j2.configurationFile={properties}")
        logging.getLogger("py4j").setLevel(logging.WARNING)
        with _environment(local is not None):
            try:
                context = SparkContext(conf=conf, environment=dict(_WORKERS))
            except Exception as error:
                raise _not_started(master, error) from error
        try:
            if not local:
                context.addPyFile(str(write_package(Path(scratch) / "fangpin.zip")))
            yield context
        finally:
            context.stop()


def refuse_without_spark() -> None:
    """FangpinError naming the extra or the Java that is missing."""
    if find_spec("pyspark") is None:
        raise FangpinError.because(
            "本机没有安装 Spark(pyspark)，不能用 --engine spark",
            "Spark (pyspark) is not installed here, so --engine spark cannot run",
            do_zh="安装扩展：pip install 'fangpin[spark]'；或去掉 --engine，在本机直接运行",
            do_en="install the extra: pip install 'fangpin[spark]'; or leave out --engine",
        )
    version = java_version()
    if version is None or version < JAVA:
        found_zh = "没有找到 Java" if version is None else f"Java 版本是 {version}"
        found_en = "no Java was found" if version is None else f"Java is version {version}"
        raise FangpinError.because(
            f"Spark 需要 Java {JAVA} 或更高版本，{found_zh}",
            f"Spark needs Java {JAVA} or newer, {found_en}",
            do_zh=f"安装 Java {JAVA}(如 openjdk-{JAVA}-jre-headless)，或把 JAVA_HOME 指向它",
            do_en=f"install Java {JAVA} (such as openjdk-{JAVA}-jre-headless) or let JAVA_HOME "
            "name it",
        )


def java_version() -> int | None:
    """Major version of the Java that Spark would start; None when there is none."""
    home = os.environ.get("JAVA_HOME")
    command = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if command is None:
        return None
    try:
        told = subprocess.run([command, "-version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(?:1\.)?([0-9]+)', told.stderr + told.stdout)
    return int(found.group(1)) if found else None


def _with_attempts(master: str) -> str:
    """Spark never repeats a failed task of a local master unless the master itself says so."""
    local = _LOCAL.fullmatch(master)
    return f"local[{local['cores'] or 1},{_ATTEMPTS}]" if local else master


@contextmanager
def _environment(local: bool) -> Iterator[None]:
    """What Spark reads from the environment while it starts."""
    wanted = {"PYSPARK_PYTHON": os.environ.get("PYSPARK_PYTHON", sys.executable)}
    wanted["PYSPARK_DRIVER_PYTHON"] = sys.executable
    if local:
        wanted["SPARK_LOCAL_IP"] = "127.0.0.1"
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _not_started(master: str, error: Exception) -> FangpinError:
    last = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
    return FangpinError.because(
        f"连接不上 Spark({master})：{last}",
        f"Spark at {master} could not be reached: {last}",
        do_zh="检查 --master 的地址、网络和 Spark 的日志",
        do_en="check the address given as --master, the network, and Spark's own logs",
    )
