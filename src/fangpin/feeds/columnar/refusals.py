"""Everything that keeps a columnar source from being read, told at once in both languages."""

from difflib import get_close_matches
from pathlib import Path

import polars as pl

from fangpin.kernel.errors import FangpinError, Problem, Text, Where
from fangpin.policy.pack import Pack

STATUSES = ("missing", "late", "partial", "quarantined")


class Refusals:
    """Collects problems; `raise_if_any` at the end of each stage."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.problems: list[Problem] = []

    def add(
        self, path: Path, zh: str, en: str, do_zh: str, do_en: str, column: str | None = None
    ) -> None:
        """One problem of one file."""
        file = path.relative_to(self._folder).as_posix() if path != self._folder else str(path)
        where = Where(file=file, column=column)
        self.problems.append(Problem(Text(zh, en), Text(do_zh, do_en), where))

    def raise_if_any(self) -> None:
        """FangpinError with all of them."""
        if self.problems:
            raise FangpinError(self.problems)

    def schema(self, path: Path) -> pl.Schema | None:
        """The columns of a Parquet file; None (and a problem) when there is no readable one."""
        if not path.is_file():
            self.add(
                path,
                "缺少这个文件",
                "this file is missing",
                "文件夹 register/ 下须有 places、households、persons、identity 四个文件",
                "a columnar source needs places, households, persons and identity under register/",
            )
            return None
        try:
            return pl.Schema(pl.read_parquet_schema(path))
        except (pl.exceptions.PolarsError, OSError) as error:
            self.damaged(path, error)
            return None

    def damaged(self, path: Path, error: Exception) -> None:
        """A file that is no Parquet file or breaks off."""
        said = " ".join(str(error).split())[:160]
        self.add(
            path,
            f"不是完好的 Parquet 文件：{said}",
            f"this is no sound Parquet file: {said}",
            "请重新导出或重新拷贝该文件",
            "export or copy the file again",
        )

    def height(self, path: Path) -> int:
        """Rows according to the file's footer."""
        return int(pl.scan_parquet(path).select(pl.len()).collect().item())

    def column(
        self,
        path: Path,
        schema: pl.Schema,
        name: str,
        accepted: tuple[type[pl.DataType], ...],
        required: bool,
    ) -> None:
        """A column must be there when required, and of an accepted type when it is there."""
        if name not in schema:
            if required:
                self.add(
                    path,
                    "缺少这一列",
                    "this column is missing",
                    "补上该列后重新导出",
                    "export the file with this column",
                    column=name,
                )
            return
        if schema[name] not in accepted:
            wanted = " / ".join(each.__name__ for each in accepted)
            self.add(
                path,
                f"列的类型是 {schema[name]}，应为 {wanted}",
                f"the column is of type {schema[name]}, not {wanted}",
                "金额以整数分、小数以万分之一的整数存放；改正类型后重新导出",
                "money is stored as whole fen, numbers as whole ten-thousandths; correct the type "
                "and export the file again",
                column=name,
            )

    def same_height(self, register: Path, persons: int, identity: int) -> None:
        """Identity numbers belong to persons by their row."""
        if persons != identity:
            self.add(
                register / "identity.parquet",
                f"有 {identity:,} 行，而 persons.parquet 有 {persons:,} 行，无法逐行对应",
                f"there are {identity:,} rows, but persons.parquet has {persons:,}; they must "
                "correspond row by row",
                "从同一次导出取得两个文件",
                "take both files from the same export",
            )

    def unknown_contract(self, path: Path, contract: str | None, pack: Pack) -> None:
        """A file whose name is not <contract>@<yyyy-mm> of a contract of the pack."""
        known = [name for name, each in pack.contracts.items() if each.role == "feed"]
        near = get_close_matches(contract or path.stem, known, n=3)
        listed = "、".join(near or known[:12])
        self.add(
            path,
            f"政策包 {pack.name} 没有这项数据的约定，文件名应为 约定名@年-月.parquet",
            f"pack {pack.name} has no such contract; a file is named <contract>@<yyyy-mm>.parquet",
            f"改正文件名；相近或已有的约定：{listed}",
            f"correct the file's name; contracts: {', '.join(near or known[:12])}",
        )

    def coverage(self, path: Path, found: pl.DataFrame, pack: Pack) -> None:
        """Statuses and contracts that nobody knows."""
        for column, known in (("status", list(STATUSES)), ("contract", list(pack.contracts))):
            odd = found.filter(~pl.col(column).is_in(known).fill_null(False))[column]
            if odd.len():
                shown = ", ".join(str(each) for each in odd.unique().sort().to_list()[:5])
                self.add(
                    path,
                    f"有不认识的取值：{shown}",
                    f"values that are not known: {shown}",
                    "status 只能是 missing、late、partial、quarantined；contract 须在政策包中",
                    "status is one of missing, late, partial, quarantined; contract one of the "
                    "pack's contracts",
                    column=column,
                )
