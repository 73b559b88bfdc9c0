"""Which sheet column is which column of a contract."""

from fangpin.feeds.cells import (
    by_amount,
    by_content,
    by_place,
    by_said_words,
    by_vocabulary,
    numbers_beside_heads,
)
from fangpin.feeds.content import Sample, fit, looks_like_names
from fangpin.feeds.tables import Table
from fangpin.feeds.wording import ROLE, SAME, Match, SheetHeader, Wording
from fangpin.policy.pack import Codes, Contract

_ACCEPTED = 0.4
_POSSIBLE = 0.3
"""Share of the required columns that must be named for sure before likeness counts."""
_TELLING = 2
"""Or so many columns that not every list has."""
OF_EVERY_LIST = frozenset(
    {
        *("serial", "id_number", "name", "sex", "birth_date", "phone", "remark"),
        *("township", "village", "village_code", "address"),
        *("household_number", "person_number", "head_name", "head_id_number"),
    }
)
_MISFIT = 0.1
"""Below this share of fitting cells a doubtful header match is dropped."""


def match_columns(
    table: Table,
    headers: list[SheetHeader],
    samples: list[Sample],
    contract: Contract,
    wordings: dict[str, Wording],
    codes: dict[str, Codes],
    named: bool = False,
) -> dict[str, Match]:
    """The best assignment of sheet columns to contract columns, surest pairs first.

    `named` the title or the sheet name speaks of the contract.
    """
    pairs: list[tuple[float, int, int, str, float]] = []
    sure = [
        [wordings[column.name].quality(header) for header in headers] for column in contract.columns
    ]
    named_already = [any(row[index] for row in sure) for index in range(len(headers))]
    for column, row in zip(contract.columns, sure, strict=True):
        if not any(row):
            row[:] = [
                0.0 if named_already[index] else wordings[column.name].usual(header)
                for index, header in enumerate(headers)
            ]
    claimed = [any(row[index] for row in sure) for index in range(len(headers))]
    required = [
        any(row) for column, row in zip(contract.columns, sure, strict=True) if column.required
    ]
    # Doubtful wordings are only worth a look where the contract is a possible one at all.
    telling = sum(
        any(row)
        for column, row in zip(contract.columns, sure, strict=True)
        if column.name not in OF_EVERY_LIST
    )
    possible = named or telling >= _TELLING or sum(required) >= _POSSIBLE * len(required)
    for order, column in enumerate(contract.columns):
        vocabulary = codes.get(column.codes or "")
        for index, header in enumerate(headers):
            if not header.leaf:
                continue
            quality = sure[order][index]
            if not quality and possible and not claimed[index] and not any(sure[order]):
                quality = wordings[column.name].doubtful(header)
            if not quality:
                continue
            suits = fit(samples[index], column, vocabulary)
            ranked = quality
            if suits is not None:
                ranked += 0.2 * (suits - 0.5)
                if suits < _MISFIT and quality < SAME:
                    continue
                if (
                    column.type == "name"
                    and quality < ROLE
                    and not looks_like_names(samples[index])
                ):
                    continue
            elif not samples[index].cells:
                ranked -= 0.05  # an empty column loses to a filled one of the same name
            if ranked >= _ACCEPTED:
                pairs.append((ranked, -order, -index, column.name, quality))
    pairs.sort(reverse=True)
    found: dict[str, Match] = {}
    used: set[int] = set()
    for _, _, negative, name, quality in pairs:
        index = -negative
        if name not in found and index not in used:
            found[name] = Match(name, index, quality)
            used.add(index)
    numbers_beside_heads(headers, samples, contract, found, used)
    by_content(headers, samples, contract, found, used)
    by_vocabulary(headers, samples, contract, codes, found, used)
    by_place(headers, samples, contract, found, used)
    by_amount(headers, samples, contract, found, used)
    by_said_words(table, headers, contract, found, used)
    return found
