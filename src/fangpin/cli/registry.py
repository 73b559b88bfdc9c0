"""`fangpin registry`: the registry in and out of the database, and invented people for load tests.

Django is imported only inside a command, so that the other commands start without it.
"""

import click


@click.group()
def registry() -> None:
    """The registry of record: import, export, snapshots."""


def _persons(context: click.Context, option: click.Parameter, value: str) -> int:
    text = value.lower().replace("_", "").replace(",", "")
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1:], 1)
    digits = text[:-1] if factor > 1 else text
    if not digits.isascii() or not digits.isdigit() or not 0 < int(digits) * factor <= 20_000_000:
        raise click.BadParameter("a number such as 20000, 100k or 1m")
    return int(digits) * factor


@registry.command("fill")
@click.option("--persons", default="100k", show_default=True, callback=_persons)
@click.option("--seed", type=click.IntRange(0, 2**31), default=7, show_default=True)
def fill_command(persons: int, seed: int) -> None:
    """Fill an EMPTY registry with invented people, for load tests."""
    from fangpin.web import database

    server = database.for_one_command()
    try:
        from fangpin.bench.registry_load import fill  # models: only once Django is set up

        loaded = fill(persons=persons, seed=seed, say=click.echo)
    finally:
        if server is not None:
            server.stop()
    click.echo(
        f"{loaded.villages:,} 村 / villages, {loaded.households:,} 户 / households, "
        f"{loaded.persons:,} 人 / persons"
    )
