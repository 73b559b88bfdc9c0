"""Shapes made of other shapes: lists, tables, records of known keys, bilingual texts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fangpin.kernel.errors import Text
from fangpin.policy.loading.reading import meant, nearest
from fangpin.policy.loading.scalars import Words
from fangpin.policy.loading.shapes import BAD, Json, Reading, Shape, refuse
from fangpin.policy.loading.tree import Mapping, Scalar, Sequence, Tree


@dataclass(frozen=True)
class ListOf:
    """A list of at least `at_least` items; a repeated one is a problem when `distinct`."""

    item: Shape
    at_least: int = 0
    distinct: bool = False

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        if not isinstance(tree, Sequence):
            return refuse(
                tree,
                name,
                reading,
                ("列表", "a list"),
                (
                    "写成 [甲, 乙]，或每项一行、前面加“- ”",
                    "write [a, b], or one item a line after '- '",
                ),
            )
        if len(tree.items) < self.at_least:
            return reading.bad(
                tree.line,
                (
                    f"{name} 至少要有 {self.at_least} 项",
                    f"{name} needs at least {self.at_least} items",
                ),
                ("补上条目", "add them"),
            )
        values = [self.item.read(item, name, reading) for item in tree.items]
        if self.distinct:
            for index, value in enumerate(values):
                if value is not BAD and value in values[:index]:
                    reading.bad(
                        tree.items[index].line,
                        (f"{name} 里 {value} 重复", f"{name} names {value} twice"),
                        ("只保留一个", "keep one"),
                    )
        return tuple(value for value in values if value is not BAD)

    def json_schema(self, definitions: Json) -> Json:
        schema: Json = {"type": "array", "items": self.item.json_schema(definitions)}
        if self.at_least:
            schema["minItems"] = self.at_least
        if self.distinct:
            schema["uniqueItems"] = True
        return schema


@dataclass(frozen=True)
class MapOf:
    """Free keys of one kind of value."""

    value: Shape

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        if not isinstance(tree, Mapping):
            return refuse(
                tree,
                name,
                reading,
                ("键值表", "a table of keys"),
                ("写成 {键: 值}", "write {key: value}"),
            )
        read = {
            key: self.value.read(value, f"{name}.{key}", reading)
            for key, value in tree.entries.items()
        }
        return {key: value for key, value in read.items() if value is not BAD}

    def json_schema(self, definitions: Json) -> Json:
        return {
            "type": "object",
            "additionalProperties": self.value.json_schema(definitions),
        }


@dataclass(frozen=True)
class Nullable:
    """The shape, or null (written out)."""

    shape: Shape

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        if isinstance(tree, Scalar) and tree.value is None:
            return None
        return self.shape.read(tree, name, reading)

    def json_schema(self, definitions: Json) -> Json:
        return {"anyOf": [self.shape.json_schema(definitions), {"type": "null"}]}


def _bilingual(**parts: Any) -> Text:
    parts.pop("origin", None)
    return Text(**parts)


@dataclass(frozen=True)
class Key:
    """One key of a record. `into` is the name of the record's field when it differs."""

    shape: Shape
    required: bool = True
    into: str | None = None


def optional(shape: Shape, into: str | None = None) -> Key:
    return Key(shape, required=False, into=into)


@dataclass(frozen=True)
class Keyed:
    """A record: known keys only. `build` makes the value from the fields read (and `origin`)."""

    title: str
    keys: dict[str, Key]
    build: Callable[..., Any]
    identity: str | None = None
    check: Callable[[dict[str, Any], Tree, str, Reading], bool] | None = None

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        if not isinstance(tree, Mapping):
            listed = ", ".join(self.keys)
            return refuse(
                tree,
                name,
                reading,
                (f"带这些键的条目：{listed}", f"an entry with the keys {listed}"),
                ("写成 {键: 值}", "write {key: value}"),
            )
        values, whole, sound = self._values(tree, name, reading)
        if whole and sound and self.check is not None:
            whole = self.check(values, tree, name, reading)
        if not whole:
            self._remember(tree, reading)
            return BAD
        fields = {self.keys[key].into or key: value for key, value in values.items()}
        return self.build(**fields, origin=reading.origin(tree))

    def _values(
        self, tree: Mapping, name: str, reading: Reading
    ) -> tuple[dict[str, Any], bool, bool]:
        """The values read; whether all required ones are there; whether all written are sound."""
        values: dict[str, Any] = {}
        whole = sound = True
        slips: set[str] = set()
        for key, value in tree.entries.items():
            if key not in self.keys:
                free = [known for known in self.keys if known not in tree.entries]
                zh, en = meant(key, free) if free else ("删去它", "remove it")
                slips.add(nearest(key, free) or "")
                label = self._label(tree, name)
                if isinstance(value, Scalar) and value.value is None:
                    # {zh: 甲, 乙} – the rest of a text that a comma cut off reads as a key
                    zh = f"{zh}；如果是文字里的英文逗号，改用中文逗号或整段加引号"
                    en = f"{en}; if a comma cut a text in two, put the whole text in quotes"
                reading.bad(
                    tree.lines[key],
                    (f"{label} 不认识的键 {key}", f"{label}: unknown key {key}"),
                    (zh, en),
                )
                continue
            values[key] = self.keys[key].shape.read(value, key, reading)
            if values[key] is BAD:
                del values[key]
                sound = False
                whole = whole and not self.keys[key].required
        for key, declared in self.keys.items():
            if declared.required and key not in tree.entries:
                whole = False
                if key in slips:  # a slip of the pen, already told
                    continue
                reading.bad(
                    tree.line,
                    (
                        f"{self._label(tree, name)} 缺少 {key}",
                        f"{self._label(tree, name)}: {key} is missing",
                    ),
                    (f"加上 {key}: …", f"add {key}: …"),
                )
        return values, whole, sound

    def _label(self, tree: Mapping, name: str) -> str:
        identity = tree.entries.get(self.identity) if self.identity else None
        return f"{name} {identity.text}" if isinstance(identity, Scalar) else name

    def _remember(self, tree: Mapping, reading: Reading) -> None:
        identity = tree.entries.get(self.identity) if self.identity else None
        if isinstance(identity, Scalar):
            reading.broken.add(identity.text)

    def json_schema(self, definitions: Json) -> Json:
        if self.title not in definitions:
            definitions[self.title] = {}
            definitions[self.title] = {
                "type": "object",
                "properties": {
                    key: declared.shape.json_schema(definitions)
                    for key, declared in self.keys.items()
                },
                "required": [key for key, declared in self.keys.items() if declared.required],
                "additionalProperties": False,
            }
        return {"$ref": f"#/$defs/{self.title}"}


BILINGUAL = Keyed("Text", {"zh": Key(Words()), "en": Key(Words())}, _bilingual)
