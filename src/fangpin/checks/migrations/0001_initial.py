import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from fangpin.foundation.made_together import MadeTogether


class Migration(MadeTogether):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("as_of", models.DateField()),
                (
                    "area",
                    models.CharField(
                        blank=True, help_text="code prefix; empty = all", max_length=12
                    ),
                ),
                ("pack_hash", models.CharField(max_length=80)),
                ("households", models.IntegerField()),
                ("persons", models.IntegerField()),
                (
                    "not_checked",
                    models.JSONField(
                        default=list, help_text="numbers of rules without their columns"
                    ),
                ),
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
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Count",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(help_text="first day")),
                ("township", models.CharField(db_collation="C", max_length=9)),
                ("opened", models.IntegerField(help_text="found first in this month")),
                ("open", models.IntegerField()),
                ("answered", models.IntegerField()),
                ("corrected", models.IntegerField(help_text="found no longer in this month")),
            ],
            options={
                "ordering": ["month", "township"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "township"), name="a_township_is_counted_once_a_month"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Hit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=40)),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("person", "Person"),
                            ("household", "Household"),
                            ("village", "Village"),
                        ],
                        max_length=10,
                    ),
                ),
                ("severity", models.CharField(max_length=10)),
                ("village_code", models.CharField(db_collation="C", max_length=12)),
                ("household_number", models.CharField(max_length=40)),
                ("person_number", models.CharField(blank=True, db_default="", max_length=40)),
                ("sentence", models.CharField(blank=True, max_length=600)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("confirmed", "Confirmed"),
                            ("exempted", "Exempted"),
                            ("corrected", "Corrected"),
                        ],
                        db_default="open",
                        default="open",
                        max_length=10,
                    ),
                ),
                ("opened", models.DateField()),
                ("seen", models.DateField()),
                ("closed", models.DateField(null=True)),
                ("reason", models.CharField(blank=True, db_default="", max_length=300)),
                ("until", models.DateField(help_text="last day of the answer", null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["village_code", "household_number", "person_number", "rule"],
                "indexes": [
                    models.Index(fields=["village_code", "id"], name="hit_by_village"),
                    models.Index(fields=["rule", "village_code"], name="hit_by_rule"),
                    models.Index(fields=["household_number"], name="hit_by_household"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rule", "household_number", "person_number"),
                        name="a_rule_holds_once_for_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["confirmed", "exempted"]), _negated=True),
                            models.Q(
                                ("until__isnull", False), models.Q(("reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="an_answer_has_its_reason_and_its_end",
                    ),
                ],
            },
        ),
    ]
