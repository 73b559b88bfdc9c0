"""What departments delivered, as far as pages need it: filled from a run folder."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.foundation.fields import Opened, SealedField


class Intake(models.Model):
    """One folder of files taken in as of a date. `key` names the run folder."""

    key = models.CharField(max_length=120, unique=True)
    as_of = models.DateField()
    folder = models.CharField(max_length=500, help_text="run folder, absolute")
    source = models.CharField(max_length=500, blank=True, help_text="folder of the files")
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-as_of", "-id"]

    def __str__(self) -> str:
        return self.key


class Delivery(models.Model):
    """One file: recognised as, counted, judged. rows_read = accepted + corrected + rejected."""

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="deliveries")
    file = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64, blank=True)
    bytes = models.BigIntegerField(default=0)
    format = models.CharField(max_length=20, blank=True)
    contract = models.CharField(max_length=80, blank=True)
    label_zh = models.CharField(max_length=120, blank=True)
    label_en = models.CharField(max_length=200, blank=True)
    sender_zh = models.CharField(max_length=120, blank=True)
    sender_en = models.CharField(max_length=200, blank=True)
    period = models.DateField(null=True)
    verdict = models.CharField(max_length=30)
    rows_read = models.IntegerField(default=0)
    rows_accepted = models.IntegerField(default=0)
    rows_corrected = models.IntegerField(default=0)
    rows_rejected = models.IntegerField(default=0)
    rows_duplicate = models.IntegerField(default=0)
    rows_ignored = models.IntegerField(default=0)
    rows_flagged = models.IntegerField(default=0)
    linked = models.IntegerField(default=0)
    not_linked = models.IntegerField(default=0)
    reasons = models.JSONField(default=list)
    areas = models.JSONField(default=list)
    sheets = models.JSONField(default=list)
    control_totals = models.JSONField(default=list)

    class Meta:
        ordering = ["sender_zh", "label_zh", "-period", "file"]
        constraints = [
            models.UniqueConstraint(fields=["intake", "file"], name="a_file_once_in_an_intake"),
            models.CheckConstraint(
                condition=models.Q(
                    rows_read=models.F("rows_accepted")
                    + models.F("rows_corrected")
                    + models.F("rows_rejected")
                ),
                name="rows_read_is_accepted_corrected_rejected",
            ),
        ]

    def __str__(self) -> str:
        return self.file


class ReturnedRow(models.Model):
    """A row that was not simply accepted, with the reason and the remedy for the sender."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="returned")
    sheet = models.CharField(max_length=120, blank=True)
    row = models.IntegerField()
    column = models.CharField(max_length=10, blank=True)
    header = models.CharField(max_length=120, blank=True)
    action = models.CharField(max_length=20)
    reason = models.CharField(max_length=60)
    reason_zh = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)
    remedy_zh = models.TextField(blank=True)
    remedy_en = models.TextField(blank=True)
    delivered_closed = SealedField(null=True)
    taken_as_closed = SealedField(null=True)
    delivered = Opened("delivered_closed")
    taken_as = Opened("taken_as_closed")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["delivery", "action", "id"], name="returned_by_action")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row}"


class Coverage(models.Model):
    """A village for which a feed is not complete. Complete villages have no row."""

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="coverage")
    contract = models.CharField(max_length=80)
    period = models.DateField(null=True)
    township = models.CharField(max_length=80, blank=True)
    village_code = models.CharField(max_length=12)
    village = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=20)
    reason_zh = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["intake", "contract"], name="coverage_by_feed")]

    def __str__(self) -> str:
        return f"{self.contract} {self.village_code} {self.status}"


class LinkQuestion(models.Model):
    """Somebody delivered without a usable number, who is perhaps one of `candidates`.

    Asked once per intake however many rows were delivered alike: `fingerprint` (a keyed pseudonym
    of what was delivered) is the same for all of them, and next month again. Whether a question is
    open follows from the decisions in force; it is not stored.
    """

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="questions")
    fingerprint = models.CharField(max_length=64)
    area = models.CharField(
        max_length=12,
        help_text="leading digits that the villages of all candidates share: whoever decides must "
        "be in charge of every candidate",
    )
    township_code = models.CharField(max_length=12, blank=True)
    township = models.CharField(max_length=80, blank=True)
    contract = models.CharField(max_length=80)
    # {name, birth_date, sex, village, phone, head_name, number, number_reason}; the number as sent,
    # its last digits covered, and what is wrong with it
    delivered_closed = SealedField(null=True)
    delivered = Opened("delivered_closed", values=True)
    sources = models.JSONField(help_text="[{contract, period, file, sheet, row}]")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["intake", "fingerprint"], name="a_question_once_in_an_intake"
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"


class LinkCandidate(models.Model):
    """A registered person who may be meant, with what speaks for and against it."""

    question = models.ForeignKey(LinkQuestion, on_delete=models.CASCADE, related_name="candidates")
    household_number = models.CharField(max_length=40)
    person_number = models.CharField(max_length=40)
    village_code = models.CharField(max_length=12, blank=True)
    township = models.CharField(max_length=80, blank=True)
    village = models.CharField(max_length=80, blank=True)
    # the same fields as the question's `delivered`
    registered_closed = SealedField(null=True)
    registered = Opened("registered_closed", values=True)
    weight = models.FloatField(help_text="log2 of the Bayes factor")
    probability = models.FloatField()
    reasons = models.JSONField(help_text="[{field, label_zh, label_en, zh, en, weight}]")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["question_id", "rank", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "household_number", "person_number"],
                name="a_candidate_once_in_a_question",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_number}/{self.person_number}"


class LinkDecision(models.Model):
    """Somebody's word that a delivered person is, or is not, a registered one. Never deleted:
    taking it back fills `withdrawn_at`. In force while that is empty, for every later intake."""

    fingerprint = models.CharField(max_length=64)
    household_number = models.CharField(max_length=40)
    person_number = models.CharField(max_length=40)
    accepted = models.BooleanField()
    area = models.CharField(max_length=12, help_text="as of the question")
    # what was on the screen: both sides, sources, weight
    seen_closed = SealedField(null=True)
    seen = Opened("seen_closed", values=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint", "household_number", "person_number"],
                condition=Q(withdrawn_at=None),
                name="one_decision_in_force_on_a_pair",
            ),
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=Q(withdrawn_at=None, accepted=True),
                name="a_row_is_one_person_at_most",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="who_withdraws_is_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["household_number"],
                name="links_of_a_household",
                condition=Q(withdrawn_at=None, accepted=True),
            ),
            models.Index(fields=["by", "-id"], name="decisions_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.household_number}/{self.person_number} {self.accepted}"
