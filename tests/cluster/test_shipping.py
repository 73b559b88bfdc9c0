"""What is sent to nodes without Fangpin is enough to do the tasks there."""

import subprocess
import sys
import zipfile

from fangpin.cluster.shipping import write_package


def test_tasks_can_be_imported_from_the_package(tmp_path):
    package = write_package(tmp_path / "fangpin.zip")
    code = (
        f"import sys; sys.path.insert(0, {str(package)!r})\n"
        "import fangpin.cluster.part, fangpin.cluster.linking, fangpin.cluster.evaluating\n"
        "import fangpin.policy.pack, fangpin.engine.examples\n"
        "loaded = [m.__file__ for n, m in sys.modules.items() if n.startswith('fangpin.')\n"
        "          and getattr(m, '__file__', None)]\n"
        f"assert loaded and all(each.startswith({str(package)!r}) for each in loaded), loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_same_modules_give_the_same_bytes(tmp_path):
    one, other = (write_package(tmp_path / name) for name in ("one.zip", "other.zip"))
    assert one.read_bytes() == other.read_bytes()
    names = zipfile.ZipFile(one).namelist()
    assert "fangpin/__init__.py" in names
    assert not [name for name in names if not name.endswith(".py")]
    assert one.stat().st_size < 2_000_000
