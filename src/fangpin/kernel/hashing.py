"""Canonical SHA-256 of frames and files: the same content gives the same hash everywhere.

A frame's hash covers column names, order, types, row order and values; not how the rows are
chunked, compressed, sliced or dictionary-encoded, nor what lies under a null.
"""

import hashlib
import json
from collections.abc import Mapping
from os import PathLike
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

_VERSION: Final = b"fangpin frame 1\n"
_ROWS: Final = 1 << 20  # a bound for memory only; the result does not depend on it


def file_hash(path: str | PathLike[str]) -> str:
    """64 hexadecimal digits of the file's bytes. OSError when it cannot be read."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def text_hash(text: str) -> str:
    """64 hexadecimal digits of the UTF-8 bytes of `text`."""
    return hashlib.sha256(text.encode()).hexdigest()


def value_hash(value: Any) -> str:
    """64 hexadecimal digits of plain JSON data (None, bool, int, str, list, dict with str keys).

    Key order does not matter. TypeError for anything else, floats included: they have no one
    spelling.
    """

    def check(part: Any) -> None:
        if isinstance(part, Mapping):
            for key, inner in part.items():
                if not isinstance(key, str):
                    raise TypeError(f"a key must be text, got {key!r}")
                check(inner)
        elif isinstance(part, list | tuple):
            for inner in part:
                check(inner)
        elif part is not None and not isinstance(part, bool | int | str):
            raise TypeError(f"no canonical form for {type(part).__name__}: {part!r}")

    check(value)
    return text_hash(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def frame_hash(frame: pl.DataFrame) -> str:
    """64 hexadecimal digits of the content of `frame` (any n rows, any columns).

    Enum and Categorical count as the texts they show; -0.0 as 0.0; every NaN alike.
    TypeError for columns of Python objects.
    """
    total = hashlib.sha256(_VERSION)
    total.update(f"{frame.height}\n".encode())
    for name in frame.columns:
        series = frame[name]
        total.update(json.dumps([name, _type_name(series.dtype)], ensure_ascii=False).encode())
        total.update(b"\n")
        total.update(_column_digest(series))
    return total.hexdigest()


def frames_hash(frames: Mapping[str, pl.DataFrame]) -> str:
    """One hash of several named frames; the order of the mapping does not matter."""
    return value_hash({name: frame_hash(frame) for name, frame in frames.items()})


def _type_name(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Enum | pl.Categorical | pl.String):
        return "String"
    if isinstance(dtype, pl.List):
        return f"List({_type_name(_inner(dtype))})"
    if isinstance(dtype, pl.Array):
        return f"Array({_type_name(_inner(dtype))}, {dtype.size})"
    if isinstance(dtype, pl.Struct):
        fields = ", ".join(
            f"{field.name}: {_type_name(_of(field.dtype))}" for field in dtype.fields
        )
        return f"Struct({fields})"
    if dtype == pl.Object or dtype == pl.Unknown:
        raise TypeError(f"a column of type {dtype} has no canonical form")
    return str(dtype)


def _inner(dtype: pl.List | pl.Array) -> pl.DataType:
    return _of(dtype.inner)


def _of(dtype: Any) -> pl.DataType:
    return dtype if isinstance(dtype, pl.DataType) else dtype()


def _column_digest(series: pl.Series) -> bytes:
    """Separate streams for validity, lengths and data: block borders leave no trace."""
    streams = [hashlib.sha256() for _ in range(3)]
    for start in range(0, len(series), _ROWS):
        part = series.slice(start, _ROWS)
        streams[0].update(part.is_not_null().to_numpy().astype(np.uint8).tobytes())
        for stream, data in zip(streams[1:], _payload(part.drop_nulls()), strict=True):
            stream.update(data)
    children = b""
    if isinstance(series.dtype, pl.List | pl.Array):
        children = _column_digest(_flat(series.drop_nulls()))
    elif isinstance(series.dtype, pl.Struct):
        present = series.drop_nulls()
        children = b"".join(
            _column_digest(present.struct.field(field.name)) for field in series.dtype.fields
        )
    return b"".join(stream.digest() for stream in streams) + children


def _flat(lists: pl.Series) -> pl.Series:
    if isinstance(lists.dtype, pl.Array):
        lists = lists.arr.to_list()
    filled = lists.filter(lists.list.len() > 0)
    return filled.explode() if len(filled) else filled.explode().clear()


def _payload(values: pl.Series) -> tuple[bytes, bytes]:
    """Lengths and data of values without nulls, little-endian, nothing else."""
    dtype = values.dtype
    if isinstance(dtype, pl.Struct) or dtype == pl.Null:
        return b"", b""
    if isinstance(dtype, pl.List):
        return _numbers(values.list.len().cast(pl.UInt32)), b""
    if isinstance(dtype, pl.Array):
        return b"", b""
    if isinstance(dtype, pl.Enum | pl.Categorical | pl.Decimal):
        values = values.cast(pl.String)
        dtype = values.dtype
    if dtype == pl.String:
        joined: str = values.str.join("").item() if len(values) else ""
        return _numbers(values.str.len_bytes().cast(pl.UInt32)), joined.encode()
    if dtype == pl.Binary:
        return _numbers(values.bin.size().cast(pl.UInt32)), b"".join(values.to_list())
    if dtype == pl.Boolean:
        values = values.cast(pl.UInt8)
    if dtype in (pl.Float32, pl.Float64):
        floats = values.to_numpy() + 0.0  # -0.0 becomes 0.0
        floats[np.isnan(floats)] = np.nan
        return b"", _bytes(floats)
    return b"", _numbers(values.to_physical())


def _numbers(values: pl.Series) -> bytes:
    return _bytes(values.to_numpy())


def _bytes(array: NDArray[Any]) -> bytes:
    return array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
