"""What peers written by hand are told of the job: figures in force, and what findings rest on."""

from datetime import date
from pathlib import Path
from typing import Final

STAY_LINE: Final = {date(2020, 1, 1): 1_200_000, date(2021, 6, 1): 1_100_000}
STAY_LINE_KEY: Final = 600_000
MEDICAL_LINE: Final = 2_000_000
INCOME_LINE: Final = {date(2020, 1, 1): 500_000, date(2021, 1, 1): 600_000}
OVERDUE_LINE: Final = 100_000
VEHICLE_LINE: Final = 1_000_000
WAGE_INSURED: Final = 800_000
WAGE_PER_HEAD: Final = 80_000
POSTS_MOST: Final = 1
DEPENDANTS: Final = 0.75

PERSON_EVIDENCE: Final = {
    "out_of_school": ("birth_date", "on_roll", "severe", "dead"),
    "left_school": ("marked_left", "on_roll", "birth_date", "dead"),
    "large_stay": ("largest_stay",),
    "work_lost": ("lost_job", "category", "birth_date", "working", "dead"),
    "overdue_loan": ("overdue",),
    "loan_due_soon": ("category", "due_soon", "overdue"),
    "child_at_work": ("working", "birth_date"),
    "uninsured": ("category", "insured", "wage", "dead"),
    "no_nursing_allowance": ("severe", "nursing", "dead"),
    "no_pension": ("birth_date", "category", "pension", "dead"),
    "paid_after_death": ("dead", "last_paid_on", "died_on"),
    "subsistence_after_death": ("dead", "on_subsistence", "died_on"),
    "several_posts": ("posts_held",),
    "post_above_age": ("posts_held", "birth_date", "dead"),
    "pension_too_early": ("pension", "birth_date", "severe"),
}
FEEDS_OF_HOUSEHOLD_RULES: Final = {
    "medical_burden": ("medical",),
    "dangerous_house": ("housing", "subsistence"),
    "no_earner_left": ("work", "deaths"),
    "low_income": ("deaths", "subsistence"),
    "no_labour": ("deaths", "subsistence"),
    "many_dependants": ("disability", "subsistence"),
    "several_disabled": ("disability", "deaths", "subsistence"),
    "vehicle_with_subsistence": ("subsistence", "assets"),
    "business_with_subsistence": ("subsistence", "assets", "deaths"),
    "wages_with_subsistence": ("subsistence", "work", "deaths"),
}


def in_force(values: dict[date, int], day: date) -> int:
    return values[max(start for start in values if start <= day)]


def newest(source: Path, as_of: date) -> dict[str, Path]:
    """The newest delivery of each contract up to the day."""
    found: dict[str, Path] = {}
    for path in sorted((source / "feeds").glob("*.parquet")):
        contract, _, month = path.stem.partition("@")
        if month <= f"{as_of:%Y-%m}":
            found[contract] = path
    return found
