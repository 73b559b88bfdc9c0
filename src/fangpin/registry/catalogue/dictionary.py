"""The data dictionary as a document: every field with its class, purpose, legal basis, retention,
and who sees it. `docs/data-dictionary.md` is its text; a test compares them."""

from itertools import groupby

from fangpin.kernel.errors import Text
from fangpin.people.rights import GROUP_WORDS, READABLE, ROLE_WORDS, FieldGroup
from fangpin.registry.catalogue.field import Field, PrivacyClass
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.subjects import TABLES

CLASSES = {
    PrivacyClass.public: Text("公开", "public"),
    PrivacyClass.internal: Text("内部", "internal"),
    PrivacyClass.personal: Text("个人信息", "personal"),
    PrivacyClass.sensitive: Text("敏感个人信息", "sensitive"),
}
_CLOSED = ("name", "id_number", "phone", "account")


def dictionary() -> str:
    """The whole document, in both languages, as Markdown (`fangpin registry dictionary`)."""
    found = catalogue()
    lines = [
        "# 数据字典 / Data dictionary",
        "",
        "由目录生成，不要手工修改。 Generated from the catalogue; do not edit by hand.",
        "",
        "## 用途、依据、保存期限 / Purposes",
        "| 用途 purpose | 说明 what for | 法律依据 legal basis | 保存 retention |",
        "|---|---|---|---|",
    ]
    for purpose in found.purposes.values():
        kept = purpose.retention
        lines.append(
            f"| {_both(purpose.label)} | {_both(purpose.text)} | {_both(purpose.legal_basis)} "
            f"| {_both(kept.after)} {kept.years} 年 years |"
        )
    lines += ["", "## 谁能看 / Who sees which group", *_readers()]
    for subject, fields in groupby(found.fields.values(), key=lambda each: each.subject):
        lines += [
            "",
            f"## {subject} (`{TABLES[subject]._meta.db_table}`)",
            "| 字段 field | 名称 label | 组 group | 类别 class | 加密 closed | 用途 purpose |",
            "|---|---|---|---|---|---|",
            *(_line(field) for field in fields),
        ]
    lines += [
        "",
        "## 技术字段 / Technical columns",
        "| 字段 column | 类别 class | 说明 why |",
        "|---|---|---|",
        *(
            f"| `{each.name}` | {_both(CLASSES[each.privacy])} | {_both(each.why)} |"
            for each in found.technical.values()
        ),
    ]
    return "\n".join(lines) + "\n"


def _readers() -> list[str]:
    roles = [role for role, groups in READABLE.items() if groups]
    head = " | ".join(_both(ROLE_WORDS[role]) for role in roles)
    lines = [f"| 组 group | {head} |", "|---" * (len(roles) + 1) + "|"]
    for group in FieldGroup:
        marks = " | ".join("●" if group in READABLE[role] else "" for role in roles)
        lines.append(f"| {_both(GROUP_WORDS[group])} | {marks} |")
    return [
        *lines,
        "",
        "部门联络员另见本部门的组。 A department's liaison also sees the groups of the department.",
    ]


def _line(field: Field) -> str:
    closed = "●" if field.type in _CLOSED or field.name == "remark" else ""
    return (
        f"| `{field.name}` | {_both(field.label)} | {_both(GROUP_WORDS[field.group])} "
        f"| {_both(CLASSES[field.privacy])} | {closed} | {field.purpose.label.zh} |"
    )


def _both(text: Text) -> str:
    return f"{text.zh} {text.en}".replace("|", "\\|")
