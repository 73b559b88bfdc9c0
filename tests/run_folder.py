"""Writes a small run folder in exactly the layout of docs/architecture.md. All persons invented.

The county has two townships with two villages each; a finding is written as a short tuple and gets
a plausible sentence and one piece of evidence.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import xlsxwriter

COUNTY = "620402"
VILLAGES = (
    ("620402101201", "上河村", "620402101000", "清水镇"),
    ("620402101202", "下河村", "620402101000", "清水镇"),
    ("620402102201", "东岭村", "620402102000", "石门乡"),
    ("620402102202", "西岭村", "620402102000", "石门乡"),
)
EVIDENCE = pl.List(
    pl.Struct(
        {
            **dict.fromkeys(
                ("fact", "label_zh", "label_en", "value", "value_en", "unit"), pl.String
            ),
            **dict.fromkeys(("person_number", "period", "file", "sheet"), pl.String),
            "row": pl.Int64,
            "known": pl.Boolean,
        }
    )
)
FINDINGS = {
    **dict.fromkeys(("rule", "kind", "kind_zh", "kind_en", "group", "severity"), pl.String),
    **dict.fromkeys(("state", "subject", "township", "village_code", "village"), pl.String),
    **dict.fromkeys(("household_number", "person_number", "clause"), pl.String),
    **dict.fromkeys(("clause_path", "sentence_zh", "sentence_en"), pl.String),
    "evidence": EVIDENCE,
    "pack_hash": pl.String,
    "snapshot_hash": pl.String,
}
ROWS = {
    "file": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    **dict.fromkeys(("column", "header", "contract", "action", "reason"), pl.String),
    **dict.fromkeys(("reason_zh", "reason_en", "remedy_zh", "remedy_en"), pl.String),
    **dict.fromkeys(("delivered", "taken_as"), pl.String),
}
COVERAGE = {
    **dict.fromkeys(("contract", "period", "township", "village_code", "village"), pl.String),
    **dict.fromkeys(("status", "reason_zh", "reason_en"), pl.String),
}
SNAPSHOT_COVERAGE = {
    "contract": pl.String,
    "period": pl.Date,
    "village": pl.UInt32,
    **dict.fromkeys(("status", "reason_zh", "reason_en"), pl.String),
}
SUSPECTS = {
    "contract": pl.String,
    "period": pl.Date,
    "person": pl.UInt32,
    "file": pl.String,
    "sheet": pl.String,
    "row": pl.UInt32,
    "reason": pl.String,
}
KINDS = {
    "medical_expense": ("大额医疗自付", "large self-paid medical expense", "warning", "alert"),
    "two_posts": ("一人多岗", "several posts held by one person", "leakage", "check"),
    "water": ("饮水中断", "drinking water interrupted", "warning", "alert"),
    "nursing_allowance_missing": (
        "重度残疾未享护理补贴",
        "severe disability without nursing allowance",
        "entitlement",
        "gap",
    ),
}


@dataclass
class RunFolder:
    """What the folder shall hold: findings as (kind, state, village index, household number).

    Without a household number the finding is about the village itself.
    """

    findings: list[tuple[str, str, int, str]] = field(default_factory=list)
    households: list[tuple[str, int]] = field(default_factory=list)  # number, village index
    incomes: dict[str, int | None] = field(default_factory=dict)  # per person, see income_of
    rejected: int = 3
    as_of: str = "2021-05-31"
    previous: str | None = None

    def names(self) -> pl.DataFrame:
        """Names as the registry source has them; every household has a head and a spouse."""
        rows = []
        for at, (number, _) in enumerate(self.households):
            rows.append((number, f"{number}01", f"赵测{'甲乙丙丁戊己庚辛'[at % 8]}", True))
            rows.append((number, f"{number}02", f"钱试{'甲乙丙丁戊己庚辛'[at % 8]}", False))
        schema = ["household_number", "person_number", "name", "head"]
        return pl.DataFrame(rows, schema=schema, orient="row")

    def write(self, folder: Path) -> Path:
        """Write the folder and return it."""
        (folder / "snapshot/feeds").mkdir(parents=True)
        (folder / "returns").mkdir()
        self._run_json(folder)
        self._snapshot(folder)
        self._findings().write_parquet(folder / "findings.parquet")
        self._deliveries(folder)
        return folder

    def _run_json(self, folder: Path) -> None:
        facts = {
            "as_of": self.as_of,
            "pack": {
                "name": "baiyin-2021",
                "title": {"zh": "实施意见", "en": "Implementing opinions"},
                "hash": "a" * 64,
                "chain": ["cn-base", "baiyin-2021"],
            },
            "snapshot_hash": "b" * 64,
            "previous": self.previous,
            "version": "0.1.0",
            "counts": [],
            "unknown": [{"rule": "two_posts", "township": "石门乡", "subjects": 12}],
            "persons": 2 * len(self.households),
            "households": len(self.households),
            "villages": len(VILLAGES),
        }
        (folder / "run.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")

    def income_of(self, number: str) -> int | None:
        """Net income per person in yuan: 5,500 for the first household, 500 more for each next."""
        at = [number for number, _ in self.households].index(number)
        return self.incomes.get(number, 5500 + 500 * at)

    def _snapshot(self, folder: Path) -> None:
        pl.DataFrame(
            [(code, name, town_code, town, 10, 30) for code, name, town_code, town in VILLAGES],
            schema=["code", "name", "township_code", "township", "households", "persons"],
            orient="row",
        ).write_parquet(folder / "snapshot/places.parquet")
        households = sorted(self.households, key=lambda each: (each[1], each[0]))
        incomes = [self.income_of(number) for number, _ in households]
        pl.DataFrame(
            {
                "number": [number for number, _ in households],
                "village": pl.Series([v for _, v in households], dtype=pl.UInt32),
                "household_category": ["alleviated" for _ in households],
                "net_income_per_person": pl.Series(
                    [None if yuan is None else 100 * yuan for yuan in incomes], dtype=pl.Int64
                ),
            }
        ).write_parquet(folder / "snapshot/households.parquet")
        pl.DataFrame(
            {
                "number": [f"{number}0{n}" for number, _ in households for n in (1, 2)],
                "household": pl.Series(
                    [at for at in range(len(households)) for _ in (1, 2)], dtype=pl.UInt32
                ),
            }
        ).write_parquet(folder / "snapshot/persons.parquet")
        pl.DataFrame(schema=SNAPSHOT_COVERAGE).write_parquet(folder / "snapshot/coverage.parquet")
        pl.DataFrame(schema=SUSPECTS).write_parquet(folder / "snapshot/suspects.parquet")
        sources = json.dumps({"files": [], "sheets": []})
        (folder / "snapshot/sources.json").write_text(sources, encoding="utf-8")

    def _findings(self) -> pl.DataFrame:
        rows = []
        for kind, state, village, number in self.findings:
            zh, en, group, severity = KINDS[kind]
            code, name, _, township = VILLAGES[village]
            rows.append(
                {
                    "rule": kind,
                    "kind": kind,
                    "kind_zh": zh,
                    "kind_en": en,
                    "group": group,
                    "severity": severity,
                    "state": state,
                    "subject": "household" if number else "village",
                    "township": township,
                    "village_code": code,
                    "village": name,
                    "household_number": number or None,
                    "person_number": f"{number}01" if number else None,
                    "clause": "2.2",
                    "clause_path": "二(二)",
                    "sentence_zh": f"{zh}:自付 23,180 元 ≥ 预警线 20,000 元。",
                    "sentence_en": f"{en}: 23,180 yuan ≥ the line of 20,000 yuan.",
                    "evidence": [
                        {
                            "fact": "self_paid",
                            "label_zh": "自付金额",
                            "label_en": "self-paid amount",
                            "value": "23,180.00",
                            "value_en": "23,180.00",
                            "unit": "元",
                            "person_number": f"{number}01" if number else None,
                            "period": "2021-05",
                            "file": "医保结算.xlsx",
                            "sheet": "住院",
                            "row": 17,
                            "known": state != "unknown",
                        }
                    ],
                    "pack_hash": "a" * 64,
                    "snapshot_hash": "b" * 64,
                }
            )
        return pl.DataFrame(rows, schema=FINDINGS)

    def _deliveries(self, folder: Path) -> None:
        def entry(
            file: str, contract: str, zh: str, sender: str, **more: object
        ) -> dict[str, object]:
            return {
                "file": file,
                "sha256": "c" * 64,
                "bytes": 20480,
                "format": "xlsx",
                "contract": contract,
                "label": {"zh": zh, "en": contract.replace("_", " ")},
                "sender": sender,
                "period": "2021-05",
                "verdict": "accepted",
                "reasons": [],
                "rows": {
                    "read": 100,
                    "accepted": 100,
                    "corrected": 0,
                    "rejected": 0,
                    "of_which_duplicates": 0,
                    "ignored": 2,
                    "flagged": 0,
                },
                "linked": 98,
                "not_linked": 2,
                "areas": [
                    {
                        "code": "620402101000",
                        "township": "清水镇",
                        "rows": 60,
                        "expected": 61,
                        "status": "complete",
                    },
                    {
                        "code": "620402102000",
                        "township": "石门乡",
                        "rows": 40,
                        "expected": 80,
                        "status": "partial",
                    },
                ],
                "sheets": [
                    {
                        "sheet": "Sheet1",
                        "hidden": False,
                        "used": True,
                        "why": "",
                        "header_rows": [3],
                        "rows": 102,
                    }
                ],
                "control_totals": [],
            } | more

        rejected = {
            "read": 100,
            "accepted": 95 - self.rejected,
            "corrected": 5,
            "rejected": self.rejected,
            "of_which_duplicates": 1,
            "ignored": 2,
            "flagged": 0,
        }
        deliveries = [
            entry(
                "医保结算.xlsx",
                "medical_settlement",
                "医保结算明细",
                "医疗保障局",
                verdict="accepted_with_gaps",
                rows=rejected,
                reasons=[{"zh": "石门乡数据不完整", "en": "Shimen is incomplete"}],
            ),
            entry("学籍.csv", "school_roll", "学籍", "教育局"),
            entry(
                "说明.txt",
                "",
                "",
                "",
                verdict="not_recognised",
                period=None,
                areas=[],
                rows={"read": 0, "accepted": 0, "corrected": 0, "rejected": 0},
            ),
        ]
        (folder / "deliveries.json").write_text(
            json.dumps(deliveries, ensure_ascii=False), encoding="utf-8"
        )
        pl.DataFrame(
            [
                (
                    "医保结算.xlsx",
                    "住院",
                    10 + at,
                    "C",
                    "身份证号",
                    "medical_settlement",
                    "rejected",
                    "id_wrong_check_digit",
                    "身份证号校验位不符",
                    "the check digit does not fit",
                    "请核对后重报",
                    "check and send again",
                    "62040219000101000X",
                    None,
                )
                for at in range(self.rejected)
            ],
            schema=ROWS,
            orient="row",
        ).write_parquet(folder / "rows.parquet")
        pl.DataFrame(
            [
                (
                    "medical_settlement",
                    "2021-05-01",
                    "石门乡",
                    "620402102201",
                    "东岭村",
                    "partial",
                    "行数不足",
                    "too few rows",
                ),
                (
                    "housing_inspection",
                    None,
                    "石门乡",
                    "620402102201",
                    "东岭村",
                    "missing",
                    "未报送",
                    "not delivered",
                ),
            ],
            schema=COVERAGE,
            orient="row",
        ).write_parquet(folder / "coverage.parquet")
        with xlsxwriter.Workbook(folder / "returns/医保结算_退回.xlsx") as book:
            book.add_worksheet("退回").write_string(0, 0, "身份证号校验位不符")
