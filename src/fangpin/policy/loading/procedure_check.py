"""What every check of a procedure needs: the procedure, its steps, where problems go."""

from fangpin.policy.loading.chain import Merged
from fangpin.policy.loading.reading import Problems
from fangpin.policy.pack import Procedure, Record

Told = tuple[str, str]


class ProcedureCheck:
    """One procedure under examination."""

    def __init__(self, procedure: Procedure, merged: Merged, problems: Problems) -> None:
        self.procedure = procedure
        self.merged = merged
        self.problems = problems
        self.steps = {step.id: step for step in procedure.steps}
        self.order = list(self.steps)

    def bad(self, record: Record, key: str | None, what: Told, do: Told) -> None:
        """One error at a record of the procedure; at the variant when it lies in its base, which
        may well be sound by itself."""
        name = self.procedure.id
        if self.procedure.based_on is not None and record.origin.pack != self.procedure.origin.pack:
            record, key = self.procedure, None
        self.problems.at(
            record.origin, key, (f"程序 {name}：{what[0]}", f"procedure {name}: {what[1]}"), do
        )
