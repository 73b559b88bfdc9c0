import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import fangpin.foundation.fields
from fangpin.foundation.made_together import MadeTogether


class Migration(MadeTogether):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Intake",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("as_of", models.DateField()),
                ("folder", models.CharField(help_text="run folder, absolute", max_length=500)),
                (
                    "source",
                    models.CharField(blank=True, help_text="folder of the files", max_length=500),
                ),
                ("loaded_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-as_of", "-id"],
            },
        ),
        migrations.CreateModel(
            name="LinkQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "intake",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="feeds.intake",
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "area",
                    models.CharField(
                        help_text="leading digits that the villages of all candidates share: whoever decides must be in charge of every candidate",
                        max_length=12,
                    ),
                ),
                ("township_code", models.CharField(blank=True, max_length=12)),
                ("township", models.CharField(blank=True, max_length=80)),
                ("contract", models.CharField(max_length=80)),
                ("delivered_closed", fangpin.foundation.fields.SealedField(null=True)),
                ("sources", models.JSONField(help_text="[{contract, period, file, sheet, row}]")),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("intake", "fingerprint"), name="a_question_once_in_an_intake"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkCandidate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="candidates",
                        to="feeds.linkquestion",
                    ),
                ),
                ("household_number", models.CharField(max_length=40)),
                ("person_number", models.CharField(max_length=40)),
                ("village_code", models.CharField(blank=True, max_length=12)),
                ("township", models.CharField(blank=True, max_length=80)),
                ("village", models.CharField(blank=True, max_length=80)),
                ("registered_closed", fangpin.foundation.fields.SealedField(null=True)),
                ("weight", models.FloatField(help_text="log2 of the Bayes factor")),
                ("probability", models.FloatField()),
                (
                    "reasons",
                    models.JSONField(help_text="[{field, label_zh, label_en, zh, en, weight}]"),
                ),
                ("rank", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ["question_id", "rank", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("question", "household_number", "person_number"),
                        name="a_candidate_once_in_a_question",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64)),
                ("household_number", models.CharField(max_length=40)),
                ("person_number", models.CharField(max_length=40)),
                ("accepted", models.BooleanField()),
                ("area", models.CharField(help_text="as of the question", max_length=12)),
                ("seen_closed", fangpin.foundation.fields.SealedField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("accepted", True), ("withdrawn_at", None)),
                        fields=["household_number"],
                        name="links_of_a_household",
                    ),
                    models.Index(fields=["by", "-id"], name="decisions_of_somebody"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("fingerprint", "household_number", "person_number"),
                        name="one_decision_in_force_on_a_pair",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("accepted", True), ("withdrawn_at", None)),
                        fields=("fingerprint",),
                        name="a_row_is_one_person_at_most",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                            models.Q(
                                ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="who_withdraws_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "intake",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="feeds.intake",
                    ),
                ),
                ("file", models.CharField(max_length=300)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("bytes", models.BigIntegerField(default=0)),
                ("format", models.CharField(blank=True, max_length=20)),
                ("contract", models.CharField(blank=True, max_length=80)),
                ("label_zh", models.CharField(blank=True, max_length=120)),
                ("label_en", models.CharField(blank=True, max_length=200)),
                ("sender_zh", models.CharField(blank=True, max_length=120)),
                ("sender_en", models.CharField(blank=True, max_length=200)),
                ("period", models.DateField(null=True)),
                ("verdict", models.CharField(max_length=30)),
                ("rows_read", models.IntegerField(default=0)),
                ("rows_accepted", models.IntegerField(default=0)),
                ("rows_corrected", models.IntegerField(default=0)),
                ("rows_rejected", models.IntegerField(default=0)),
                ("rows_duplicate", models.IntegerField(default=0)),
                ("rows_ignored", models.IntegerField(default=0)),
                ("rows_flagged", models.IntegerField(default=0)),
                ("linked", models.IntegerField(default=0)),
                ("not_linked", models.IntegerField(default=0)),
                ("reasons", models.JSONField(default=list)),
                ("areas", models.JSONField(default=list)),
                ("sheets", models.JSONField(default=list)),
                ("control_totals", models.JSONField(default=list)),
            ],
            options={
                "ordering": ["sender_zh", "label_zh", "-period", "file"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("intake", "file"), name="a_file_once_in_an_intake"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "rows_read",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("rows_accepted"), "+", models.F("rows_corrected")
                                    ),
                                    "+",
                                    models.F("rows_rejected"),
                                ),
                            )
                        ),
                        name="rows_read_is_accepted_corrected_rejected",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="returned",
                        to="feeds.delivery",
                    ),
                ),
                ("sheet", models.CharField(blank=True, max_length=120)),
                ("row", models.IntegerField()),
                ("column", models.CharField(blank=True, max_length=10)),
                ("header", models.CharField(blank=True, max_length=120)),
                ("action", models.CharField(max_length=20)),
                ("reason", models.CharField(max_length=60)),
                ("reason_zh", models.TextField(blank=True)),
                ("reason_en", models.TextField(blank=True)),
                ("remedy_zh", models.TextField(blank=True)),
                ("remedy_en", models.TextField(blank=True)),
                ("delivered_closed", fangpin.foundation.fields.SealedField(null=True)),
                ("taken_as_closed", fangpin.foundation.fields.SealedField(null=True)),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["delivery", "action", "id"], name="returned_by_action")
                ],
            },
        ),
        migrations.CreateModel(
            name="Coverage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "intake",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="coverage",
                        to="feeds.intake",
                    ),
                ),
                ("contract", models.CharField(max_length=80)),
                ("period", models.DateField(null=True)),
                ("township", models.CharField(blank=True, max_length=80)),
                ("village_code", models.CharField(max_length=12)),
                ("village", models.CharField(blank=True, max_length=80)),
                ("status", models.CharField(max_length=20)),
                ("reason_zh", models.TextField(blank=True)),
                ("reason_en", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["intake", "contract"], name="coverage_by_feed")],
            },
        ),
    ]
