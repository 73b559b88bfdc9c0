"""`fangpin sample`: the department files of an invented county."""

from datetime import datetime
from pathlib import Path

import click

from fangpin.kernel.errors import FangpinError
from fangpin.sample.county import FEWEST, MOST, generate
from fangpin.sample.histories import ANSWERS, generate_months


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
@click.option("--truth", type=click.Path(path_type=Path), help="Folder for the answer sheet.")
def sample(
    folder: Path, households: int, seed: int, month: datetime, months: int, truth: Path | None
) -> None:
    """Write the files of an invented county into FOLDER (new or empty)."""
    if months != 1 and truth is not None:
        raise FangpinError.because(
            "--truth 只用于一个月",
            "--truth goes with one month only",
            do_zh="去掉 --truth 或 --months",
            do_en="leave out --truth or --months",
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
