import django.contrib.postgres.fields
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
            name="Definition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hash", models.CharField(max_length=64, unique=True)),
                ("pack", models.CharField(max_length=80)),
                ("pack_hash", models.CharField(max_length=80)),
                ("procedure", models.CharField(max_length=80)),
                ("effect", models.CharField(max_length=30)),
                ("content", models.JSONField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["procedure", "id"],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True)),
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="cases.definition",
                    ),
                ),
                ("procedure", models.CharField(max_length=80)),
                ("effect", models.CharField(max_length=30)),
                (
                    "household",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="registry.household",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="registry.person",
                    ),
                ),
                (
                    "place_code",
                    models.CharField(blank=True, db_collation="C", db_default="", max_length=12),
                ),
                ("area_code", models.CharField(db_collation="C", max_length=12)),
                (
                    "clue",
                    models.BigIntegerField(help_text="id of the clue that it came from", null=True),
                ),
                (
                    "about",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed",
                        to="cases.case",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("granted", "Granted"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("step", models.CharField(blank=True, max_length=60)),
                ("round", models.PositiveSmallIntegerField(default=0)),
                ("returned", models.BooleanField(default=False)),
                ("green", models.BooleanField(default=False)),
                (
                    "circumstances",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                (
                    "owed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                (
                    "effective",
                    models.BooleanField(default=False, help_text="its effect has happened"),
                ),
                ("opened_at", models.DateTimeField()),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="clue, application or officer", max_length=40
                    ),
                ),
                ("due_on", models.DateField(null=True)),
                ("provisional", models.BooleanField(default=False)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("client_id", models.UUIDField(unique=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["area_code", "-id"], name="case_by_area"),
                    models.Index(
                        fields=["procedure", "area_code", "-id"], name="case_by_procedure"
                    ),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["area_code", "due_on"],
                        name="open_case_by_due",
                    ),
                    models.Index(fields=["household", "-id"], name="case_by_household"),
                    models.Index(
                        condition=models.Q(("returned", True), ("state", "open")),
                        fields=["area_code"],
                        name="open_case_sent_back",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "granted", "refused", "withdrawn", "cancelled"])
                        ),
                        name="case_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at", None),
                                ("state", "open"),
                                models.Q(("step", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("closed_at__isnull", False),
                                ("step", ""),
                            ),
                            _connector="OR",
                        ),
                        name="an_open_case_waits_and_a_closed_one_does_not",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("household__isnull", False),
                            models.Q(("place_code", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_case_is_about_a_household_or_a_place",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person", None), ("state", "open")),
                        fields=("household", "procedure"),
                        name="one_open_case_of_a_kind_per_household",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False), ("state", "open")),
                        fields=("person", "procedure"),
                        name="one_open_case_of_a_kind_per_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state", "open"),
                            models.Q(("place_code", ""), _negated=True),
                            models.Q(("effect", "none"), _negated=True),
                        ),
                        fields=("place_code", "procedure"),
                        name="one_open_case_of_a_kind_per_place",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turns",
                        to="cases.case",
                    ),
                ),
                ("area_code", models.CharField(db_collation="C", max_length=12)),
                ("seq", models.PositiveIntegerField()),
                ("step", models.CharField(max_length=60)),
                ("round", models.PositiveSmallIntegerField(default=0)),
                (
                    "posts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                (
                    "waits_for_notice",
                    models.BooleanField(
                        default=False,
                        help_text="until the notice that the step publishes has hung its days",
                    ),
                ),
                ("event", models.CharField(blank=True, max_length=20)),
                ("decides", models.BooleanField(default=False)),
                (
                    "owed",
                    models.BooleanField(default=False, help_text="done after the help came first"),
                ),
                ("began_at", models.DateTimeField()),
                ("due_on", models.DateField(null=True)),
                ("provisional", models.BooleanField(default=False)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("outcome", models.CharField(blank=True, max_length=60)),
                ("effect", models.CharField(blank=True, max_length=30)),
                (
                    "registry_event",
                    models.BigIntegerField(help_text="what it did to the registry", null=True),
                ),
                ("votes", models.JSONField(null=True)),
                ("reason_closed", fangpin.foundation.fields.SealedField(null=True)),
                ("entries_closed", fangpin.foundation.fields.SealedField(null=True)),
                ("client_id", models.UUIDField(null=True, unique=True)),
                ("claimed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["case_id", "seq"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)),
                        fields=["area_code", "due_on", "id"],
                        name="waiting_turn_by_due",
                    ),
                    models.Index(
                        condition=models.Q(("done_at", None)),
                        fields=["due_on", "id"],
                        include=(
                            "area_code",
                            "posts",
                            "decides",
                            "owed",
                            "waits_for_notice",
                            "case",
                        ),
                        name="waiting_turn_of_a_desk",
                    ),
                    models.Index(
                        condition=models.Q(("effect", ""), _negated=True),
                        fields=["area_code"],
                        name="turn_with_effect",
                    ),
                    models.Index(
                        condition=models.Q(
                            models.Q(("event", ""), _negated=True), ("done_at__isnull", False)
                        ),
                        fields=["event", "area_code", "done_at"],
                        name="turn_by_event",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "seq"), name="a_turn_has_its_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None)),
                        fields=("case", "step"),
                        name="a_case_waits_once_at_a_step",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("outcome", "")),
                            models.Q(
                                ("done_at__isnull", False), models.Q(("outcome", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="a_turn_that_is_done_has_an_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effect", ""),
                            models.Q(("by__isnull", False), ("reason_closed__isnull", False)),
                            _connector="OR",
                        ),
                        name="an_effect_has_a_person_and_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "turn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="cases.turn",
                    ),
                ),
                ("rule", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(help_text="of the kept file, made up", max_length=80)),
                ("key", fangpin.foundation.fields.SealedField()),
                ("sha256", models.CharField(help_text="of the content", max_length=64)),
                ("size", models.PositiveIntegerField()),
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
                "ordering": ["turn_id", "id"],
            },
        ),
        migrations.CreateModel(
            name="DecisionSnapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "turn",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshot",
                        to="cases.turn",
                    ),
                ),
                ("content_closed", fangpin.foundation.fields.SealedField()),
                ("hash", models.CharField(max_length=64)),
                ("pack", models.CharField(max_length=80)),
                ("pack_hash", models.CharField(max_length=80)),
                ("run", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["turn_id"],
            },
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "turn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalations",
                        to="cases.turn",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("before", "Before"), ("after", "After")], max_length=10
                    ),
                ),
                (
                    "level",
                    models.CharField(help_text="township, county, city, province", max_length=10),
                ),
                (
                    "posts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                ("due_on", models.DateField(help_text="the day it was due when this was said")),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["turn_id", "id"],
                "indexes": [models.Index(fields=["at"], name="escalation_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("turn", "kind", "level", "due_on"),
                        name="a_level_is_told_once_of_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept_entries",
                        to="cases.case",
                    ),
                ),
                ("step", models.CharField(max_length=60)),
                (
                    "why",
                    models.CharField(
                        choices=[("other_content", "Other Content"), ("stale", "Stale")],
                        max_length=20,
                    ),
                ),
                ("client_id", models.UUIDField()),
                ("content_closed", fangpin.foundation.fields.SealedField()),
                ("claimed_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["case_id", "id"],
                "indexes": [models.Index(fields=["client_id"], name="kept_entry_by_client")],
            },
        ),
        migrations.CreateModel(
            name="KeptFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="cases.keptentry",
                    ),
                ),
                ("rule", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(help_text="of the kept file, made up", max_length=80)),
                ("key", fangpin.foundation.fields.SealedField()),
                ("sha256", models.CharField(help_text="of the content", max_length=64)),
                ("size", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["kept_id", "id"],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publications",
                        to="cases.case",
                    ),
                ),
                (
                    "turn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publications",
                        to="cases.turn",
                    ),
                ),
                ("area_code", models.CharField(db_collation="C", max_length=12)),
                ("where_code", models.CharField(db_collation="C", max_length=12)),
                ("form", models.CharField(max_length=20)),
                ("masked", models.BooleanField(default=True)),
                ("days", models.PositiveSmallIntegerField(null=True)),
                ("kind", models.CharField(default="calendar", max_length=10)),
                ("from_day", models.DateField(null=True)),
                ("until_day", models.DateField(null=True)),
                ("provisional", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "Due"),
                            ("posted", "Posted"),
                            ("over", "Over"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="due",
                        max_length=10,
                    ),
                ),
                ("posted_at", models.DateTimeField(null=True)),
                (
                    "posted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["state", "until_day"], name="publication_by_end"),
                    models.Index(
                        fields=["where_code", "state", "-id"], name="publication_by_place"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("turn", "form"), name="a_turn_publishes_a_form_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_day", None),
                            ("until_day__gte", models.F("from_day")),
                            _connector="OR",
                        ),
                        name="a_publication_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("due", "withdrawn")),
                            ("from_day__isnull", False),
                            _connector="OR",
                        ),
                        name="a_posted_publication_has_its_first_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="cases.case",
                    ),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="cases.publication",
                    ),
                ),
                (
                    "turn",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="cases.turn",
                    ),
                ),
                ("text_closed", fangpin.foundation.fields.SealedField()),
                ("sender_closed", fangpin.foundation.fields.SealedField(null=True)),
                ("anonymous", models.BooleanField(default=False)),
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
                ("due_on", models.DateField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("upheld", "Upheld"), ("rejected", "Rejected")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answer_closed", fangpin.foundation.fields.SealedField(null=True)),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                ("client_id", models.UUIDField(null=True, unique=True)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["case"],
                        name="open_objection",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at", None), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("answer_closed__isnull", False),
                                ("settled_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_settled_objection_has_a_person_and_an_answer",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnPerson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="own_person",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("id_number", fangpin.foundation.fields.SealedField(null=True)),
                ("id_index", fangpin.foundation.fields.BlindField(null=True)),
                ("at", models.DateTimeField(auto_now=True)),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PackInForce",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("area_code", models.CharField(db_collation="C", max_length=12)),
                ("pack", models.CharField(max_length=80)),
                ("from_date", models.DateField()),
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
                "ordering": ["area_code", "from_date"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("area_code", "from_date"), name="one_pack_in_force_from_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recusals",
                        to=settings.AUTH_USER_MODEL,
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
                ("reason_closed", fangpin.foundation.fields.SealedField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("why_ended_closed", fangpin.foundation.fields.SealedField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("user", "household"),
                        name="a_recusal_once_at_a_time",
                    )
                ],
            },
        ),
    ]
