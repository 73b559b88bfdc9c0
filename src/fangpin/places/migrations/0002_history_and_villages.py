import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from fangpin.foundation.made_together import MadeTogether


class Migration(MadeTogether):
    initial = True

    dependencies = [
        ("places", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Boundary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(db_collation="C", max_length=12, unique=True)),
                ("polygons", models.JSONField()),
                (
                    "source",
                    models.CharField(help_text="where the outline comes from", max_length=200),
                ),
                ("loaded_at", models.DateTimeField(auto_now=True)),
                (
                    "loaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "boundaries",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="NaturalVillage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hamlets",
                        to="places.place",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("hamlet", "Hamlet"), ("group", "Group")], max_length=10
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("households", models.PositiveIntegerField(blank=True, null=True)),
                ("persons", models.PositiveIntegerField(blank=True, null=True)),
                ("hard_road", models.BooleanField(blank=True, null=True)),
                ("closed_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["kind", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_on", None)),
                        fields=("place", "kind", "name"),
                        name="one_hamlet_of_a_name_in_a_village",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaceChange",
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
                            ("enter", "Enter"),
                            ("rename", "Rename"),
                            ("recode", "Recode"),
                            ("move", "Move"),
                            ("merge", "Merge"),
                            ("split", "Split"),
                            ("close", "Close"),
                            ("reopen", "Reopen"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="changes",
                        to="places.place",
                    ),
                ),
                ("on", models.DateField(help_text="first day on which it holds")),
                (
                    "document",
                    models.CharField(
                        blank=True, help_text="the deed that ordered it", max_length=120
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
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
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "undone_by",
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
            },
        ),
        migrations.CreateModel(
            name="FollowedRows",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed",
                        to="places.placechange",
                    ),
                ),
                ("column", models.CharField(help_text="app.Model.field", max_length=80)),
                ("old", models.CharField(max_length=160)),
                ("new", models.CharField(max_length=160)),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlaceSpell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spells",
                        to="places.place",
                    ),
                ),
                ("code", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=80)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
                ("began_on", models.DateField()),
                (
                    "ended_on",
                    models.DateField(blank=True, help_text="last day; empty = still so", null=True),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opened",
                        to="places.placechange",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closed",
                        to="places.placechange",
                    ),
                ),
            ],
            options={
                "ordering": ["began_on", "id"],
                "indexes": [models.Index(fields=["code", "began_on"], name="spell_by_code")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[0-9]{12}$")),
                        name="spell_code_has_12_digits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None),
                            ("ended_on__gte", models.F("began_on")),
                            _connector="OR",
                        ),
                        name="place_spell_ends_after_it_begins",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("place",),
                        name="place_has_one_open_spell",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("code",),
                        name="code_names_one_place_now",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResettlementSite",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="places.place",
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("planned_households", models.PositiveIntegerField(blank=True, null=True)),
                ("planned_persons", models.PositiveIntegerField(blank=True, null=True)),
                ("households", models.PositiveIntegerField(blank=True, null=True)),
                ("persons", models.PositiveIntegerField(blank=True, null=True)),
                ("employed_persons", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "occupied_since",
                    models.PositiveSmallIntegerField(blank=True, help_text="year", null=True),
                ),
                ("clause", models.CharField(blank=True, help_text="pack:clause", max_length=120)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("closed_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["place_id", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_on", None)),
                        fields=("place", "name"),
                        name="one_site_of_a_name_in_a_place",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "before",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successors",
                        to="places.place",
                    ),
                ),
                (
                    "after",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessors",
                        to="places.place",
                    ),
                ),
                ("on", models.DateField()),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="places.placechange",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("before", models.F("after")), _negated=True),
                        name="no_place_succeeds_itself",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VillageProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="profiles",
                        to="places.place",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("values", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-year"],
                "constraints": [
                    models.UniqueConstraint(fields=("place", "year"), name="one_profile_a_year"),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 1990), ("year__lte", 2100)),
                        name="profile_year_is_plausible",
                    ),
                ],
            },
        ),
    ]
