import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import fangpin.foundation.fields
from fangpin.foundation.made_together import MadeTogether


class Migration(MadeTogether):
    initial = True

    dependencies = [
        ("cases", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PostedNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosed",
                        to="cases.publication",
                    ),
                ),
                ("area_code", models.CharField(db_collation="C", max_length=12)),
                ("where_code", models.CharField(db_collation="C", max_length=12)),
                (
                    "household",
                    models.BigIntegerField(help_text="id of the household it is about", null=True),
                ),
                ("number", models.CharField(max_length=24, unique=True)),
                ("hashes", models.JSONField()),
                ("shown_closed", fangpin.foundation.fields.SealedField()),
                ("name", models.CharField(max_length=32)),
                ("key", fangpin.foundation.fields.SealedField()),
                ("from_day", models.DateField()),
                ("until_day", models.DateField(null=True)),
                ("posted_at", models.DateTimeField()),
                (
                    "posted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("down_at", models.DateTimeField(null=True)),
                (
                    "down_why",
                    models.CharField(
                        blank=True,
                        choices=[("over", "Over"), ("early", "Early"), ("withdrawn", "Withdrawn")],
                        max_length=10,
                    ),
                ),
                (
                    "down_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reason_closed", fangpin.foundation.fields.SealedField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("down_at", None)),
                        fields=["where_code"],
                        name="hanging_notice",
                    ),
                    models.Index(fields=["household"], name="posted_by_household"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("down_at", None), ("down_why", "")),
                            models.Q(
                                ("down_at__isnull", False),
                                models.Q(("down_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_notice_that_is_down_says_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("down_at", None)),
                        fields=("publication",),
                        name="a_publication_hangs_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BoardPhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="disclosure.postednotice",
                    ),
                ),
                ("kind", models.CharField(max_length=4)),
                ("name", models.CharField(max_length=32)),
                ("key", fangpin.foundation.fields.SealedField()),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("notice", "sha256"), name="a_board_photo_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="OfficePhone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("area_code", models.CharField(db_collation="C", max_length=12)),
                ("label", models.CharField(max_length=60)),
                ("number", models.CharField(max_length=20)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["area_code", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("area_code", "number"), name="an_office_phone_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("application", "Application"),
                            ("objection", "Objection"),
                            ("complaint", "Complaint"),
                            ("tip", "Tip"),
                        ],
                        max_length=12,
                    ),
                ),
                ("receipt", models.CharField(max_length=20, unique=True)),
                ("secret", models.BinaryField(max_length=32)),
                ("area_code", models.CharField(db_collation="C", max_length=12)),
                ("content_closed", fangpin.foundation.fields.SealedField()),
                ("id_index", fangpin.foundation.fields.BlindField(null=True)),
                ("id_number", fangpin.foundation.fields.SealedField(null=True)),
                ("anonymous", models.BooleanField(default=False)),
                ("for_another", models.BooleanField(default=False)),
                ("consent", models.CharField(blank=True, max_length=20)),
                ("language", models.CharField(default="zh", max_length=2)),
                (
                    "household",
                    models.BigIntegerField(help_text="registered household, when found", null=True),
                ),
                ("clue", models.BigIntegerField(null=True)),
                ("objection", models.BigIntegerField(null=True)),
                ("publication", models.BigIntegerField(null=True)),
                ("client_id", models.UUIDField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("passed_on", "Passed On"),
                            ("answered", "Answered"),
                            ("closed", "Closed"),
                        ],
                        default="received",
                        max_length=10,
                    ),
                ),
                ("answer_closed", fangpin.foundation.fields.SealedField(null=True)),
                ("at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["kind", "area_code", "-id"], name="submission_by_area"),
                    models.Index(
                        condition=models.Q(("id_index__isnull", False)),
                        fields=["id_index"],
                        name="submission_by_person",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_at", None),
                            models.Q(
                                ("answer_closed__isnull", False), ("answered_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="an_answered_submission_has_a_person_and_an_answer",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SubmissionFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="disclosure.submission",
                    ),
                ),
                ("use", models.CharField(max_length=10)),
                ("kind", models.CharField(max_length=4)),
                ("name", models.CharField(max_length=32)),
                ("key", fangpin.foundation.fields.SealedField()),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=10)),
                ("about", fangpin.foundation.fields.BlindField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["what", "about", "at"], name="public_attempt_by_what"),
                    models.Index(fields=["at"], name="public_attempt_by_time"),
                ],
            },
        ),
    ]
