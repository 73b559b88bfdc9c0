"""What every .xlsx that we write by column has in common: its frame, and texts as XML.

The sheets themselves are written by whoever knows what stands in them.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

import polars as pl

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FILLS_AND_BORDERS: Final = (
    '<fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF4"/></patternFill></fill></fills>'
    '<borders count="2"><border/><border><left style="thin"/><right style="thin"/>'
    '<top style="thin"/><bottom style="thin"/></border></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
)
"""Of the style sheet: plain and header ground, no border and a thin one."""
_LONGEST: Final = 32_767
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_NOT_IN_XML: Final = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\ufffe\uffff]"


def in_xml(text: pl.Expr) -> pl.Expr:
    """Texts as a cell holds them, without what XML cannot say."""
    return (
        text.str.slice(0, _LONGEST)
        .str.replace_all(_NOT_IN_XML, "")
        .str.replace_many(["&", "<", ">", "\r"], ["&amp;", "&lt;", "&gt;", "&#13;"])
    )


def style_sheet(fonts: str, formats: str) -> str:
    """The style sheet from its `<fonts>` and `<cellXfs>`."""
    return (
        f'{XML}<styleSheet xmlns="{MAIN}">{fonts}{FILLS_AND_BORDERS}{formats}'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )


def parts_beside(names: Sequence[str], styles: str) -> list[tuple[str, str]]:
    """The parts (place in the archive, content) beside the sheets with these names."""
    sheets = range(1, len(names) + 1)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="rId{at}"/>'
        for at, name in enumerate(names, 1)
    )
    targets = [("worksheet", f"worksheets/sheet{at}.xml") for at in sheets]
    return [
        ("[Content_Types].xml", _content_types(len(names))),
        ("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])),
        (
            "xl/workbook.xml",
            f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets>'
            "</workbook>",
        ),
        ("xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])),
        ("xl/styles.xml", styles),
    ]


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _content_types(sheets: int) -> str:
    parts = [
        ("/xl/workbook.xml", f"{_KIND}.sheet.main+xml"),
        ("/xl/styles.xml", f"{_KIND}.styles+xml"),
        *((f"/xl/worksheets/sheet{at}.xml", f"{_KIND}.worksheet+xml")
          for at in range(1, sheets + 1)),
    ]  # fmt: skip
    listed = "".join(
        f'<Override PartName="{name}" ContentType="{content}"/>' for name, content in parts
    )
    return (
        f'{XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )
