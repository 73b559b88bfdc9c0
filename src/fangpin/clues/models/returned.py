"""Answers given back to the department whose data had raised the findings."""

from django.conf import settings
from django.db import models

from fangpin.clues.models.answer import ClueAnswer
from fangpin.clues.models.reason import ClueReason


class AnswersReturned(models.Model):
    """One return to one department, of an area (code prefix)."""

    department = models.CharField(max_length=120)
    area = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rows = models.IntegerField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["department", "-id"], name="clue_return_by_department")]

    def __str__(self) -> str:
        return f"{self.department} {self.at:%Y-%m-%d}"


class ReturnedAnswer(models.Model):
    """One finding with the answer as it was returned. A corrected answer is returned again."""

    returned = models.ForeignKey(AnswersReturned, on_delete=models.CASCADE, related_name="lines")
    department = models.CharField(max_length=120)
    village_code = models.CharField(max_length=12, db_collation="C")
    reason = models.ForeignKey(ClueReason, on_delete=models.CASCADE, related_name="+")
    answer = models.ForeignKey(ClueAnswer, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "reason", "answer"],
                name="an_answer_is_returned_to_a_department_once",
            )
        ]
        indexes = [models.Index(fields=["returned", "id"], name="clue_returned_lines")]

    def __str__(self) -> str:
        return f"reason {self.reason_id} answer {self.answer_id}"
