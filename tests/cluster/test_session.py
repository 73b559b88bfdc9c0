"""What is said when Spark cannot be started, and that it starts quietly."""

import subprocess
import sys
from pathlib import Path

import pytest

from fangpin.cluster.session import java_version, refuse_without_spark, session
from fangpin.kernel.errors import FangpinError


def java_that_says(folder: Path, answer: str) -> Path:
    """A JAVA_HOME whose java prints `answer` as Java does, to the error stream."""
    (folder / "bin").mkdir(parents=True)
    java = folder / "bin" / "java"
    java.write_text(f"#!/bin/sh\necho '{answer}' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("answer", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_421"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ("no idea", None),
    ],
)
def test_version_of_java(answer, version, tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(java_that_says(tmp_path / "java", answer)))
    assert java_version() == version


def test_old_java_is_refused_with_what_to_install(tmp_path, monkeypatch):
    pytest.importorskip("pyspark")
    home = java_that_says(tmp_path / "java", 'openjdk version "11.0.2"')
    monkeypatch.setenv("JAVA_HOME", str(home))
    with pytest.raises(FangpinError) as refused:
        refuse_without_spark()
    assert "Java 版本是 11" in str(refused.value)
    assert "install Java 17" in str(refused.value)


def test_missing_java_is_refused(tmp_path, monkeypatch):
    pytest.importorskip("pyspark")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nowhere"))
    with pytest.raises(FangpinError, match="no Java was found"), session("local[1]"):
        pass


def test_missing_pyspark_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(FangpinError, match=r"fangpin\[spark\]"):
        refuse_without_spark()


def test_the_package_needs_no_pyspark():
    code = (
        "import sys; sys.modules['pyspark'] = sys.modules['pyarrow'] = None\n"
        "import importlib, pkgutil, fangpin.cluster, fangpin.cli.screen\n"
        "for each in pkgutil.iter_modules(fangpin.cluster.__path__, 'fangpin.cluster.'):\n"
        "    importlib.import_module(each.name)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_workers_use_one_thread_each(spark):
    def threads(_: int) -> int:
        import polars as pl

        return pl.thread_pool_size()

    assert set(spark.parallelize(range(4), 4).map(threads).collect()) == {1}
    assert spark.getConf().get("spark.ui.enabled") == "false"
    assert spark.getConf().get("spark.io.encryption.enabled") == "true"
    assert spark.getConf().get("spark.driver.host") == "127.0.0.1"
