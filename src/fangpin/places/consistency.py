"""What does not fit in the tree: seen by `fangpin places check` and on the page of places."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import F, OuterRef, Subquery

from fangpin.kernel.errors import Text
from fangpin.places.followers import followers
from fangpin.places.models import Place, PlaceSpell


@dataclass(frozen=True)
class Oddity:
    """One thing that does not fit. `code` is that of the place it is about."""

    code: str
    what: Text


def oddities(prefix: str = "") -> list[Oddity]:
    """Everything that does not fit below a code prefix. A fixed number of queries."""
    return [
        *_outside_their_parents(prefix),
        *_otherwise_than_their_spell(prefix),
        *_unknown_codes(prefix),
    ]


def _outside_their_parents(prefix: str) -> list[Oddity]:
    found = []
    rows = Place.objects.filter(code__startswith=prefix, valid_to=None).exclude(parent=None)
    for place in rows.select_related("parent"):
        above = place.parent
        if above is None:
            continue
        if above.valid_to is not None:
            what = Text(
                f"{place.name} 的上级 {above.name} 已撤销",
                f"{place.name} lies below {above.name}, which was closed",
            )
        elif not place.code.startswith(above.prefix):
            what = Text(
                f"{place.name} 的代码不在上级 {above.name}（{above.prefix}）之下",
                f"the code of {place.name} lies outside {above.name} ({above.prefix})",
            )
        else:
            continue
        found.append(Oddity(place.code, what))
    return found


def _otherwise_than_their_spell(prefix: str) -> list[Oddity]:
    spell = PlaceSpell.objects.filter(place=OuterRef("pk"), ended_on=None)
    rows = (
        Place.objects.filter(code__startswith=prefix, valid_to=None)
        .annotate(
            spelt_code=Subquery(spell.values("code")[:1]),
            spelt_name=Subquery(spell.values("name")[:1]),
        )
        .exclude(spelt_code=F("code"), spelt_name=F("name"))
    )
    return [
        Oddity(
            place.code,
            Text(
                f"{place.name} 的现名现代码与沿革记录不一致",
                f"{place.name} stands otherwise than in its own history",
            ),
        )
        for place in rows
    ]


def _unknown_codes(prefix: str) -> list[Oddity]:
    """Codes that other tables hold on to, and no open village has."""
    found = []
    places = connection.ops.quote_name(Place._meta.db_table)
    for follower in followers():
        if not follower.holds:
            continue
        table, column = follower.quoted()
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT t.{column}, count(*) FROM {table} AS t WHERE t.{column} LIKE %s "
                f"AND t.{column} <> '' AND NOT EXISTS (SELECT 1 FROM {places} AS p "
                f"WHERE p.code = t.{column} AND p.valid_to IS NULL AND p.level = 'village') "
                f"GROUP BY 1 ORDER BY 1",
                [f"{prefix}%"],
            )
            rows = cursor.fetchall()
        found += [
            Oddity(
                code,
                Text(
                    f"{count} 条登记（{follower.model}）的村代码 {code} 不在现行区划中",
                    f"{count} rows of {follower.model} have the code {code}, which no village has",
                ),
            )
            for code, count in rows
        ]
    return found
