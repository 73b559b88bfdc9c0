import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import fangpin.foundation.fields
from fangpin.foundation.made_together import MadeTogether


class Migration(MadeTogether):
    initial = True

    dependencies = [
        ("foundation", "0001_initial"),
        ("registry", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonRequest",
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
                            ("copy", "Copy"),
                            ("correct", "Correct"),
                            ("erase", "Erase"),
                            ("object", "Object"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("granted", "Granted"),
                            ("done", "Done"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("village_code", models.CharField(db_collation="C", max_length=12)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.household",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "asker",
                    models.CharField(
                        choices=[
                            ("self", "Self"),
                            ("guardian", "Guardian"),
                            ("relative", "Relative"),
                            ("agent", "Agent"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "proof",
                    models.CharField(
                        choices=[("card", "Card"), ("letter", "Letter"), ("known", "Known")],
                        max_length=10,
                    ),
                ),
                ("text_closed", fangpin.foundation.fields.SealedField(null=True)),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                ("received_on", models.DateField()),
                ("due_on", models.DateField()),
                (
                    "provisional",
                    models.BooleanField(
                        default=False, help_text="the calendar of a year of it is not published yet"
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("registered_at", models.DateTimeField(auto_now_add=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ended", "Ended"),
                            ("withdrawn", "Withdrawn"),
                            ("unlawful", "Unlawful"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("reason_closed", fangpin.foundation.fields.SealedField(null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.registryevent",
                    ),
                ),
                (
                    "export",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="foundation.exportlog",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["open", "granted"])),
                        fields=["due_on", "id"],
                        name="request_under_way",
                    ),
                    models.Index(fields=["village_code", "-id"], name="request_by_village"),
                    models.Index(fields=["household"], name="request_by_household"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("registered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_decides_what_they_registered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["granted", "refused", "done"]), _negated=True),
                            models.Q(
                                ("decided_by__isnull", False), ("reason_closed__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="a_decision_has_its_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            ("done_at__isnull", False),
                            _connector="OR",
                        ),
                        name="a_request_done_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RetentionPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(help_text="the day that periods are counted to")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("listed", "Listed"),
                            ("released", "Released"),
                            ("done", "Done"),
                            ("refused", "Refused"),
                        ],
                        default="listed",
                        max_length=10,
                    ),
                ),
                ("counts", models.JSONField(default=dict)),
                (
                    "listed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("listed_at", models.DateTimeField(auto_now_add=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            ("listed_by", None),
                            models.Q(("decided_by", models.F("listed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_releases_the_own_list",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["listed", "refused"]),
                            ("decided_by__isnull", False),
                            _connector="OR",
                        ),
                        name="a_release_names_who_gave_it",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RetentionItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="privacy.retentionplan",
                    ),
                ),
                ("rule", models.CharField(max_length=40)),
                ("row", models.CharField(help_text="id; of jobs a UUID", max_length=40)),
                ("done", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("done", False)),
                        fields=["plan", "rule", "id"],
                        name="retention_left_to_do",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "rule", "row"), name="listed_once_in_a_plan"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.BigIntegerField(null=True)),
                ("household", models.BigIntegerField(null=True)),
                (
                    "depth",
                    models.CharField(
                        choices=[
                            ("identity", "Identity"),
                            ("everything", "Everything"),
                            ("fields", "Fields"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="privacy.personrequest",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="privacy.retentionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["person"], name="erasure_of_person"),
                    models.Index(fields=["household"], name="erasure_of_household"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("household__isnull", False), ("person", None)),
                            models.Q(("household", None), ("person__isnull", False)),
                            _connector="OR",
                        ),
                        name="an_erasure_is_of_one_person_or_household",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("depth", "fields"), _negated=True),
                            models.Q(("fields", []), _negated=True),
                            _connector="OR",
                        ),
                        name="erased_fields_are_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeShown",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.household",
                    ),
                ),
                ("version", models.CharField(max_length=20)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "how",
                    models.CharField(
                        choices=[("read", "Read"), ("told", "Told"), ("paper", "Paper")],
                        max_length=10,
                    ),
                ),
                (
                    "consents",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["household", "-id"], name="notice_by_household")],
            },
        ),
    ]
