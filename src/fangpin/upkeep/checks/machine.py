"""The machine: who runs us, folders, keys, disk, memory, fonts, clock."""

import os
import shutil
import stat
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from fangpin.foundation import environment, keys
from fangpin.kernel.errors import FangpinError
from fangpin.upkeep.checks.finding import Finding, fine, refused, warn, wrong

_GIB = 2**30
_ROOM, _LEAST = 5 * _GIB, 1 * _GIB
_MEMORY = 4 * _GIB
_FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
)
_CHINESE = ("cjk", "sourcehan", "simsun", "simfang", "fangsong", "pingfang", "stsong", "wqy")


def look() -> list[Finding]:
    """All of it; touches nothing."""
    data_dir = Path(settings.DATA_DIR)
    return [
        _user(),
        _data_folder(data_dir),
        *_keys(),
        *(
            _disk(name, folder)
            for name, folder in (("disk", data_dir), ("temporary", Path(tempfile.gettempdir())))
        ),
        *_memory(),
        _fonts(),
        _printing(),
        _front_end(),
        _time_zone(),
    ]


def _user() -> Finding:
    if os.geteuid() != 0:
        return fine("user", "以普通用户运行", "runs as an ordinary user")
    return warn(
        "user",
        "以 root 身份运行",
        "runs as root",
        "建立专用用户，用 deploy/systemd 中的服务单元启动",
        "make a user of its own and start with the units in deploy/systemd",
    )


def _data_folder(folder: Path) -> Finding:
    name = "data folder"
    if not folder.is_dir():
        return wrong(
            name,
            f"{folder} 不存在",
            f"{folder} does not exist",
            "检查 FANGPIN_DATA_DIR；首次启动时会自动建立",
            "check FANGPIN_DATA_DIR; the first start makes it",
        )
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o007:
        return wrong(
            name,
            f"{folder} 对其他用户开放（{mode:o}）",
            f"{folder} is open to other users ({mode:o})",
            f"执行 chmod 700 {folder}",
            f"run chmod 700 {folder}",
        )
    if not os.access(folder, os.W_OK):
        return wrong(
            name,
            f"{folder} 不可写",
            f"{folder} cannot be written to",
            "检查所有者和权限",
            "check its owner and permissions",
        )
    return fine(name, f"{folder}", f"{folder}")


def _keys() -> list[Finding]:
    try:
        ring = keys.ring()
    except FangpinError as error:
        return refused("keys", error)
    shown = ", ".join(str(key.version) for key in ring.data)
    found = [fine("keys", f"可用（版本 {shown}）", f"usable (versions {shown})")]
    if len(ring.data) > 1 or len(ring.index) > 1:
        found.append(
            warn(
                "old keys",
                "仍保留旧密钥",
                "old keys are still kept",
                "轮换完成后执行 fangpin keys 中的销毁步骤",
                "once rotation is done, destroy them with fangpin keys",
            )
        )
    return found


def _disk(name: str, folder: Path) -> Finding:
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    zh, en = f"{folder} 剩余 {free / _GIB:.1f} GiB", f"{folder} has {free / _GIB:.1f} GiB left"
    remedy = ("清理旧的比对结果和备份，或扩大磁盘", "remove old runs and backups or add space")
    if free < _LEAST:
        return wrong(name, zh, en, *remedy)
    if free < _ROOM:
        return warn(name, zh, en, *remedy)
    return fine(name, zh, en)


def _memory() -> list[Finding]:
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return []  # this system does not tell
    zh, en = f"{total / _GIB:.1f} GiB", f"{total / _GIB:.1f} GiB"
    if total < _MEMORY:
        return [
            warn(
                "memory",
                zh,
                en,
                "一个县的数据建议至少 8 GiB",
                "a county's data want 8 GiB or more",
            )
        ]
    return [fine("memory", zh, en)]


def _fonts() -> Finding:
    named = environment.text("FANGPIN_FONTS", "")
    folders = [Path(named)] if named else [Path(each).expanduser() for each in _FONT_FOLDERS]
    for folder in folders:
        for path in folder.rglob("*") if folder.is_dir() else ():
            plain = path.name.lower().replace("-", "").replace(" ", "")
            if path.suffix.lower() in {".ttf", ".ttc", ".otf"} and any(
                word in plain for word in _CHINESE
            ):
                return fine("fonts", path.name, path.name)
    return warn(
        "fonts",
        "没有找到中文字体，无法打印",
        "no Chinese font was found; nothing can be printed",
        "安装 fonts-noto-cjk，或用 FANGPIN_FONTS 指定字体目录",
        "install fonts-noto-cjk, or name a folder of fonts in FANGPIN_FONTS",
    )


def _printing() -> Finding:
    if find_spec("typst") is not None:
        return fine("printing", "可以生成 PDF", "PDF can be made")
    return warn(
        "printing",
        "没有安装打印组件，不能生成 PDF",
        "the library for printing is not installed; no PDF can be made",
        "安装 requirements/print.txt（离线包中已含）",
        "install requirements/print.txt (the offline bundle has it)",
    )


def _front_end() -> Finding:
    vendor = Path(__file__).parents[2] / "web/static/vendor/tabler.min.css"
    if vendor.exists():
        return fine("front end", "前端文件齐全", "the front-end files are there")
    return wrong(
        "front end",
        "缺少前端文件，页面没有样式",
        "the front-end files are missing; pages have no style",
        "执行 make frontend，或用离线包重新安装",
        "run make frontend, or install from the bundle again",
    )


def _time_zone() -> Finding:
    try:
        ZoneInfo(settings.TIME_ZONE)
    except ZoneInfoNotFoundError:
        return wrong(
            "time zone",
            f"系统没有时区资料 {settings.TIME_ZONE}",
            f"this system does not know the time zone {settings.TIME_ZONE}",
            "安装 tzdata",
            "install tzdata",
        )
    return fine("time zone", settings.TIME_ZONE, f"{settings.TIME_ZONE}, Python {sys.version[:6]}")
