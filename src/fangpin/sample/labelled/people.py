"""An invented population: families that share surnames and generation characters, twins,
namesakes in one village born close together, fathers and sons."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl
from numpy.typing import NDArray

PER_VILLAGE = 330
VILLAGES_PER_TOWNSHIP = 15
CLAN_SHARE = 0.45
"""Share of a village's households that bear one of its two leading surnames."""
GENERATION_SHARE = 0.5
"""Share of the children's households that write one generation character in all names."""
TWIN_SHARE = 0.02
"""Share of second children that are a twin of the first."""
NAMESAKE_SHARE = 0.004
"""Share of persons who take over the name of somebody of their village born within three years."""
SINGLE_SHARE = 0.12
YOUNG_FROM = 1996
DAY = np.timedelta64(1, "D")

Role = tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64], str]
"""Members of one role: households, who is male, years of birth, surnames, the role."""


@dataclass
class Population:
    """n invented persons sorted by household; households sorted by village.

    `name` String; `birth` days (datetime64[D]); `male`, `head` Boolean; `household` and `village`
    dense; `township` of each village.
    """

    name: pl.Series
    birth: NDArray[np.datetime64]
    male: NDArray[np.bool_]
    head: NDArray[np.bool_]
    household: NDArray[np.int64]
    village: NDArray[np.int64]
    township: NDArray[np.int64]

    @property
    def size(self) -> int:
        return len(self.birth)


@cache
def parts() -> dict[str, tuple[str, ...]]:
    """kind → parts of names, from data/frequent_names.tsv."""
    text = (files("fangpin.sample") / "data" / "frequent_names.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]
    return {kind: tuple(words.split()) for kind, words in lines}


def _weighted(
    rng: np.random.Generator, weights: NDArray[np.float64], size: int
) -> NDArray[np.int64]:
    """Indices drawn with `weights` (any sum)."""
    steps = np.cumsum(weights)
    drawn: NDArray[np.int64] = np.searchsorted(steps, rng.random(size) * steps[-1], side="right")
    return drawn


def _frequent_first(size: int) -> NDArray[np.float64]:
    """Weights of a list in order of frequency: the first about eight times the last."""
    return 1.0 / (np.arange(size, dtype=np.float64) + size / 7)


def _drawn(rng: np.random.Generator, kind: str, size: int) -> pl.Series:
    words = parts()[kind]
    return pl.Series(words, dtype=pl.String).gather(
        _weighted(rng, _frequent_first(len(words)), size)
    )


def _pick(mask: NDArray[np.bool_], yes: pl.Series, no: pl.Series) -> pl.Series:
    return yes.zip_with(pl.Series(mask), no)


def population(rng: np.random.Generator, persons: int) -> Population:
    """About `persons` invented persons (a few more), households whole."""
    homes = int(persons / 3.05) + 2
    villages = max(4, round(persons / PER_VILLAGE))
    village = np.sort(rng.integers(0, villages, homes))
    township = np.arange(villages) // VILLAGES_PER_TOWNSHIP
    surname = _surnames(rng, village, villages)
    words = pl.Series(parts()["surname"][::2], dtype=pl.String)
    year = rng.integers(1935, 1993, homes)
    own = np.arange(homes)
    # One block per role; (household, sex, year of birth, whose surname).
    spouse = own[rng.random(homes) < 0.78]
    married = _weighted(rng, _weights(), homes)
    blocks: list[Role] = [
        (own, rng.random(homes) < 0.86, year, surname, "head"),
        (spouse, np.zeros(len(spouse), bool), year[spouse] + 2, married[spouse], "spouse"),
    ]
    for number, share in enumerate((0.72, 0.42, 0.14)):
        some = own[rng.random(homes) < share]
        born = year[some] + 22 + 3 * number + rng.integers(0, 4, len(some))
        some, born = some[born < 2021], born[born < 2021]
        blocks.append((some, rng.random(len(some)) < 0.53, born, surname[some], f"child{number}"))
    old = own[rng.random(homes) < 0.16]
    blocks.append((old, rng.random(len(old)) < 0.4, year[old] - 24, surname[old], "parent"))
    household = np.concatenate([block[0] for block in blocks])
    male = np.concatenate([block[1] for block in blocks])
    born = np.concatenate([block[2] for block in blocks])
    family = np.concatenate([block[3] for block in blocks])
    role = np.concatenate([np.full(len(block[0]), block[4]) for block in blocks])
    birth = (born - 1970).astype("datetime64[Y]").astype("datetime64[D]") + DAY * rng.integers(
        0, 365, len(born)
    )
    child = np.char.startswith(role, "child")
    first, second = _given(rng, male, born)
    first = _generations(rng, first, household, child, homes)
    frame = pl.DataFrame(
        {
            "household": household, "male": male, "role": role, "birth": birth,
            "surname": words.gather(family), "first": first, "second": second,
        }
    )  # fmt: skip
    frame = _twins(rng, frame)
    frame = frame.sort("household", "role", maintain_order=True)
    frame = frame.with_columns(
        (pl.col("surname") + pl.col("first") + pl.col("second")).alias("name")
    )
    at = village[frame["household"].to_numpy()]
    frame = _distinct_in_household(_namesakes(rng, frame, at))
    return Population(
        name=frame["name"],
        birth=frame["birth"].to_numpy(),
        male=frame["male"].to_numpy(),
        head=(frame["role"] == "head").to_numpy(),
        household=frame["household"].to_numpy(),
        village=at,
        township=township,
    )


def _weights() -> NDArray[np.float64]:
    return np.array([float(weight) for weight in parts()["surname"][1::2]])


def _surnames(
    rng: np.random.Generator, village: NDArray[np.int64], villages: int
) -> NDArray[np.int64]:
    """Surname of each household: its village's two clans, or anybody's."""
    clans = _weighted(rng, _weights(), villages * 2).reshape(villages, 2)
    anybody = _weighted(rng, _weights(), len(village))
    clan = clans[village, (rng.random(len(village)) < 0.35).astype(int)]
    return np.where(rng.random(len(village)) < CLAN_SHARE, clan, anybody)


def _given(
    rng: np.random.Generator, male: NDArray[np.bool_], born: NDArray[np.int64]
) -> tuple[pl.Series, pl.Series]:
    size, young = len(male), born >= YOUNG_FROM
    first = _pick(male, _drawn(rng, "male_first", size), _drawn(rng, "female_first", size))
    second = _pick(male, _drawn(rng, "male_second", size), _drawn(rng, "female_second", size))
    first = _pick(young, _drawn(rng, "young_first", size), first)
    second = _pick(young, _drawn(rng, "young_second", size), second)
    single = rng.random(size) < SINGLE_SHARE
    blank = pl.Series([""]).new_from_index(0, size)
    return _pick(single, _drawn(rng, "single", size), first), _pick(single, blank, second)


def _generations(
    rng: np.random.Generator,
    first: pl.Series,
    household: NDArray[np.int64],
    child: NDArray[np.bool_],
    homes: int,
) -> pl.Series:
    """Children of one household often share the first character of their names."""
    shared = rng.random(homes) < GENERATION_SHARE
    character = _drawn(rng, "young_first", homes)
    return _pick(child & shared[household], character.gather(household), first)


def _twins(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    """Some second children are born with the first and share its first character."""
    elder = frame.filter(pl.col("role") == "child0").select(
        "household", "male", born="birth", shared="first"
    )
    frame = frame.join(
        elder.rename({"male": "elder_male"}), on="household", how="left", maintain_order="left"
    )
    chosen = (
        (pl.col("role") == "child1")
        & pl.col("born").is_not_null()
        & pl.Series(rng.random(frame.height) < TWIN_SHARE)
    )
    alike = chosen & pl.Series(rng.random(frame.height) < 0.8) & (pl.col("second") != "")
    return frame.with_columns(
        pl.when(chosen).then("born").otherwise("birth").alias("birth"),
        pl.when(chosen).then("elder_male").otherwise("male").alias("male"),
        pl.when(alike).then("shared").otherwise("first").alias("first"),
    ).drop("born", "shared", "elder_male")


def _namesakes(
    rng: np.random.Generator, frame: pl.DataFrame, village: NDArray[np.int64]
) -> pl.DataFrame:
    """Some persons bear the name of another household's member of their village, of their sex,
    born within three years."""
    chosen = np.flatnonzero(rng.random(frame.height) < NAMESAKE_SHARE)
    ends = np.searchsorted(village, np.arange(village.max() + 2))
    names, birth = frame["name"].to_list(), frame["birth"].to_numpy().copy()
    male, household = frame["male"].to_numpy(), frame["household"].to_numpy()
    for person in chosen.tolist():
        start, end = ends[village[person]], ends[village[person] + 1]
        other = int(rng.integers(start, end))
        if male[other] != male[person] or household[other] == household[person]:
            continue
        names[person] = names[other]
        birth[person] = birth[other] + DAY * int(rng.integers(-1095, 1096))
    return frame.with_columns(pl.Series("name", names), pl.Series("birth", birth))


def _distinct_in_household(frame: pl.DataFrame) -> pl.DataFrame:
    """Nobody bears the name of another member of the household: the later one gets a further
    character."""
    again = ~pl.struct("household", "name").is_first_distinct()
    return frame.with_columns(
        pl.when(again).then(pl.col("name").str.head(2) + "改").otherwise("name").alias("name")
    )
