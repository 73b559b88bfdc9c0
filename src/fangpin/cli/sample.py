"""`fangpin sample`: the department files of an invented county."""

from datetime import date, datetime
from pathlib import Path

import click

from fangpin.kernel.errors import FangpinError
from fangpin.sample.county import FEWEST, MOST, generate
from fangpin.sample.histories import ANSWERS, generate_later, generate_months


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--households", default=6000, show_default=True, help=f"{FEWEST} to {MOST:,}.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same files.")
@click.option(
    "--month", type=click.DateTime(["%Y-%m"]), default="2021-05", show_default=True,
    help="The month the files speak for.",
)  # fmt: skip
@click.option(
    "--months",
    default=1,
    show_default=True,
    help="As many months up to --month, each in a folder, with answers of the villages.",
)
@click.option(
    "--people-of",
    type=click.DateTime(["%Y-%m"]),
    help="Write a later --month about the people of this earlier one.",
)
@click.option(
    "--monitored",
    multiple=True,
    metavar="NUMBER=YYYY-MM",
    help="With --people-of: a household monitored since that month; in the sixth it has recovered.",
)
@click.option("--truth", type=click.Path(path_type=Path), help="Folder for the answer sheet.")
def sample(
    folder: Path,
    households: int,
    seed: int,
    month: datetime,
    months: int,
    people_of: datetime | None,
    monitored: tuple[str, ...],
    truth: Path | None,
) -> None:
    """Write the files of an invented county into FOLDER (new or empty)."""
    if months != 1 and truth is not None:
        raise FangpinError.because(
            "--truth 只用于一个月",
            "--truth goes with one month only",
            do_zh="去掉 --truth 或 --months",
            do_en="leave out --truth or --months",
        )
    if (people_of is None and monitored) or (people_of is not None and (months != 1 or truth)):
        raise FangpinError.because(
            "--monitored 要同 --people-of 一起用；--people-of 不与 --months、--truth 同用",
            "--monitored goes with --people-of, which goes with neither --months nor --truth",
            do_zh="按说明组合参数",
            do_en="combine the options as described",
        )
    for target in (folder, truth):
        if (
            target is not None
            and target.exists()
            and (not target.is_dir() or any(each != truth for each in target.iterdir()))
        ):
            raise FangpinError.because(
                f"{target} 已存在且不是空文件夹",
                f"{target} exists and is not an empty folder",
                do_zh="换一个文件夹，或先清空它",
                do_en="choose another folder or empty it first",
            )
    if months != 1:
        written, answers = generate_months(folder, households, seed, month.date(), months)
        for each in written:
            click.echo(f"  {sum(each.rows.values()):>9,}  {each.folder}")
        click.echo(f"  {answers:>9,}  {folder / ANSWERS}")
        click.echo(f"结果 / result: {folder}")
        return
    if people_of is not None:
        since = _since(monitored)
        first = people_of.date()
        summary = generate_later(folder, households, seed, month.date(), first, since)
    else:
        summary = generate(folder, households, seed, month.date(), truth)
    click.echo(
        f"{summary.households:,} 户 {summary.persons:,} 人 {summary.villages} 村 / "
        f"{summary.households:,} households, {summary.persons:,} persons, "
        f"{summary.villages} villages"
    )
    for file, rows in summary.rows.items():
        click.echo(f"  {rows:>9,}  {file}")
    click.echo(f"结果 / result: {folder}")
    if truth is not None:
        click.echo(f"答案 / answer sheet: {truth}")


def _since(written: tuple[str, ...]) -> dict[str, date]:
    """NUMBER=YYYY-MM, each. Raises FangpinError for another form."""
    found = {}
    for each in written:
        number, _, month = each.partition("=")
        try:
            found[number] = datetime.strptime(month, "%Y-%m").date()
        except ValueError:
            raise FangpinError.because(
                f"--monitored 写作 户编号=年-月，给出的是 {each}",
                f"--monitored is written NUMBER=YYYY-MM, not {each}",
                do_zh="例如 62040210020100008=2021-06",
                do_en="for example 62040210020100008=2021-06",
            ) from None
    return found
