import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import fangpin.foundation.fields
from fangpin.foundation.made_together import MadeTogether


class Migration(MadeTogether):
    initial = True

    dependencies = [
        ("registry", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AnswersReturned",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("department", models.CharField(max_length=120)),
                ("area", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("rows", models.IntegerField()),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["department", "-id"], name="clue_return_by_department")
                ],
            },
        ),
        migrations.CreateModel(
            name="Clue",
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
                        help_text="NULL: nobody in the registry has been named yet",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clues",
                        to="registry.household",
                    ),
                ),
                ("village_code", models.CharField(db_collation="C", max_length=12)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("sent", "Sent"),
                            ("answered", "Answered"),
                            ("closed", "Closed"),
                        ],
                        db_default="new",
                        default="new",
                        max_length=10,
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12),
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "rules",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        help_text="workdays given; NULL: a day named", null=True
                    ),
                ),
                ("due_on", models.DateField(null=True)),
                (
                    "provisional",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="due_on rests on a calendar not published yet",
                    ),
                ),
                ("answer", models.CharField(blank=True, db_default="", default="", max_length=20)),
                ("reason", models.CharField(blank=True, db_default="", default="", max_length=30)),
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
                (
                    "late",
                    models.BooleanField(
                        help_text="answered after due_on; NULL: no answer or day", null=True
                    ),
                ),
                (
                    "ended_as",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_true", "Not True"),
                            ("already_monitored", "Already Monitored"),
                            ("not_living_here", "Not Living Here"),
                            ("case", "Case"),
                            ("no_case", "No Case"),
                            ("monitored", "Monitored"),
                            ("merged", "Merged"),
                        ],
                        db_default="",
                        default="",
                        max_length=20,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.BigIntegerField(
                        help_text="number of the row in cases, a package above", null=True
                    ),
                ),
                ("version", models.PositiveIntegerField(db_default=1, default=1)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["village_code", "id"], name="clue_by_village"),
                    models.Index(fields=["state", "village_code", "id"], name="clue_by_state"),
                    models.Index(
                        models.OrderBy(models.F("due_on"), nulls_last=True),
                        models.F("id"),
                        condition=models.Q(("state", "sent")),
                        name="clue_by_due",
                    ),
                    models.Index(fields=["opened_at", "id"], name="clue_by_opening"),
                    models.Index(fields=["household", "-id"], name="clue_of_household"),
                    models.Index(
                        condition=models.Q(("case__isnull", False)),
                        fields=["case"],
                        name="clue_of_case",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["channels"], name="clue_by_channel"
                    ),
                    django.contrib.postgres.indexes.GinIndex(fields=["rules"], name="clue_by_rule"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "closed"), _negated=True),
                        fields=("household",),
                        name="a_household_has_one_open_clue",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["new", "sent", "answered", "closed"])),
                        name="clue_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", False),
                                ("state", "closed"),
                                models.Q(("ended_as", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True),
                                ("closed_at", None),
                                ("ended_as", ""),
                            ),
                            _connector="OR",
                        ),
                        name="a_closed_clue_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True),
                            models.Q(("due_on__isnull", False), ("sent_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_sent_clue_has_its_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "answered"), _negated=True),
                            models.Q(("answer", "true"), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="an_answered_clue_was_found_true",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("village_code__regex", "^[0-9]{12}$")),
                        name="clue_village_code_has_12_digits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClueAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "clue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="clues.clue",
                    ),
                ),
                ("village_code", models.CharField(db_collation="C", max_length=12)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("taken", "Taken"),
                            ("conflict", "Conflict"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="taken",
                        max_length=10,
                    ),
                ),
                ("client_id", models.UUIDField()),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("true", "True"),
                            ("not_true", "Not True"),
                            ("already_monitored", "Already Monitored"),
                            ("not_living_here", "Not Living Here"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=30)),
                ("note_closed", fangpin.foundation.fields.SealedField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("claimed_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField()),
                ("due_on", models.DateField(help_text="the day that was asked for", null=True)),
                ("late", models.BooleanField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("why_closed", fangpin.foundation.fields.SealedField(null=True)),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["clue", "id"], name="clue_answer_of_clue"),
                    models.Index(fields=["village_code", "id"], name="clue_answer_by_village"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "conflict"), _negated=True),
                        fields=("client_id",),
                        name="an_answer_of_a_client_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "taken")),
                        fields=("clue",),
                        name="a_clue_has_one_answer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), _negated=True),
                            models.Q(
                                ("why_closed__isnull", False),
                                ("withdrawn_at__isnull", False),
                                ("withdrawn_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_withdrawn_answer_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClueReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "clue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reasons",
                        to="clues.clue",
                    ),
                ),
                ("village_code", models.CharField(db_collation="C", max_length=12)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("screening", "Screening"),
                            ("application", "Application"),
                            ("cadre", "Cadre"),
                            ("supervision", "Supervision"),
                            ("platform", "Platform"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "standing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("monitored", "Monitored"),
                            ("procedure", "Procedure"),
                            ("checked", "Checked"),
                        ],
                        db_default="",
                        default="",
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(blank=True, db_default="", default="", max_length=160)),
                ("rule", models.CharField(blank=True, db_default="", default="", max_length=80)),
                ("kind", models.CharField(blank=True, db_default="", default="", max_length=80)),
                (
                    "kind_zh",
                    models.CharField(blank=True, db_default="", default="", max_length=120),
                ),
                (
                    "kind_en",
                    models.CharField(blank=True, db_default="", default="", max_length=200),
                ),
                (
                    "severity",
                    models.CharField(blank=True, db_default="", default="", max_length=10),
                ),
                (
                    "person_number",
                    models.CharField(blank=True, db_default="", default="", max_length=40),
                ),
                ("pack", models.CharField(blank=True, db_default="", default="", max_length=80)),
                ("clause", models.CharField(blank=True, db_default="", default="", max_length=80)),
                (
                    "clause_path",
                    models.CharField(blank=True, db_default="", default="", max_length=200),
                ),
                ("sentence_zh", models.TextField(blank=True, db_default="", default="")),
                ("sentence_en", models.TextField(blank=True, db_default="", default="")),
                ("evidence", models.JSONField(db_default=[], default=list)),
                (
                    "departments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                ("run", models.BigIntegerField(help_text="the last run that found it", null=True)),
                ("first_on", models.DateField(null=True)),
                ("last_on", models.DateField(null=True)),
                ("source", models.CharField(blank=True, db_default="", default="", max_length=30)),
                ("text_closed", fangpin.foundation.fields.SealedField(null=True)),
                ("reporter_closed", fangpin.foundation.fields.SealedField(null=True)),
                ("reference_closed", fangpin.foundation.fields.SealedField(null=True)),
                ("reference_index", fangpin.foundation.fields.BlindField(null=True)),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("client_id", models.UUIDField(null=True, unique=True)),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["village_code", "id"], name="clue_reason_by_village"),
                    django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("channel", "screening")),
                        fields=["departments"],
                        name="clue_reason_by_department",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("clue", "key"),
                        name="a_finding_once_in_a_clue",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("reference_index__isnull", False)),
                        fields=("channel", "source", "reference_index"),
                        name="a_reference_of_a_source_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "channel__in",
                                ["screening", "application", "cadre", "supervision", "platform"],
                            )
                        ),
                        name="clue_channel_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", "screening"), _negated=True),
                            models.Q(
                                models.Q(("rule", ""), _negated=True),
                                models.Q(("key", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_finding_names_its_rule",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnedAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "returned",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="clues.answersreturned",
                    ),
                ),
                ("department", models.CharField(max_length=120)),
                ("village_code", models.CharField(db_collation="C", max_length=12)),
                (
                    "reason",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clues.cluereason",
                    ),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clues.clueanswer",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["returned", "id"], name="clue_returned_lines")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("department", "reason", "answer"),
                        name="an_answer_is_returned_to_a_department_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RunTaken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("run", models.BigIntegerField()),
                ("as_of", models.DateField()),
                (
                    "areas",
                    models.JSONField(
                        default=list, help_text="code prefixes of the counties it is about"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("taken", "Taken"),
                            ("held", "Held"),
                            ("released", "Released"),
                            ("refused", "Refused"),
                            ("superseded", "Superseded"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "whole",
                    models.BooleanField(
                        default=False, help_text="held because of the whole area's share"
                    ),
                ),
                ("households", models.IntegerField(help_text="active households of the area")),
                (
                    "concerned",
                    models.IntegerField(help_text="households that would get a new clue"),
                ),
                (
                    "villages",
                    models.JSONField(
                        default=list, help_text="[{code, concerned, households}] held"
                    ),
                ),
                (
                    "counts",
                    models.JSONField(default=dict, help_text="what all passes together did"),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "loaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("proposed_at", models.DateTimeField(null=True)),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="about data, not persons", max_length=300
                    ),
                ),
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
            ],
            options={
                "ordering": ["-as_of", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "released"), _negated=True),
                            models.Q(
                                ("decided_by__isnull", False),
                                ("proposed_by__isnull", False),
                                models.Q(("proposed_by", models.F("decided_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_release_takes_two_people",
                    )
                ],
            },
        ),
    ]
