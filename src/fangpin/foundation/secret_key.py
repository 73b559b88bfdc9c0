"""The key that signs sessions: given by the environment, or made once in the data folder."""

import os
import secrets
from pathlib import Path

from fangpin.foundation import environment
from fangpin.kernel.errors import FangpinError, Where

_SHORTEST = 32


def secret_key(data_dir: Path) -> str:
    """FANGPIN_SECRET_KEY, else the content of `data_dir`/secret-key, made with mode 0600 if absent.

    Raises FangpinError for a key shorter than 32 characters or a file that others may read.
    """
    given = environment.secret("FANGPIN_SECRET_KEY")
    if given is not None:
        return _long_enough(given, "FANGPIN_SECRET_KEY")
    return kept_secret(data_dir, "secret-key")


def kept_secret(data_dir: Path, name: str) -> str:
    """The secret kept in `data_dir`/`name`; made on first use, readable by the owner only."""
    path = data_dir / name
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48) + "\n")
        if path.stat().st_mode & 0o077:
            raise FangpinError.because(
                f"密钥文件 {path} 可被其他用户读取",
                f"other users may read the key file {path}",
                do_zh=f"执行 chmod 600 {path}",
                do_en=f"run chmod 600 {path}",
                where=Where(file=str(path)),
            )
        return _long_enough(path.read_text(encoding="ascii").strip(), str(path))
    except OSError as error:
        raise FangpinError.because(
            f"无法读写数据目录 {data_dir}:{error}",
            f"the data folder {data_dir} cannot be used: {error}",
            do_zh="检查磁盘空间和权限，或设置 FANGPIN_DATA_DIR",
            do_en="check disk space and permissions, or set FANGPIN_DATA_DIR",
        ) from error


def _long_enough(key: str, source: str) -> str:
    if len(key) >= _SHORTEST:
        return key
    raise FangpinError.because(
        f"密钥不足 {_SHORTEST} 个字符",
        f"the key has fewer than {_SHORTEST} characters",
        do_zh="换用更长的随机密钥，或删除该文件以重新生成",
        do_en="use a longer random key, or delete the file to have one made",
        where=Where(file=source),
    )
