"""What departments delivered, as far as pages need it: filled from a run folder."""

from django.db import models


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
    delivered = models.TextField(blank=True)
    taken_as = models.TextField(blank=True)

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
