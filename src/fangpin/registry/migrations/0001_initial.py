import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import fangpin.foundation.fields
from fangpin.foundation.made_together import MadeTogether


class Migration(MadeTogether):
    initial = True

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Household",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(db_collation="C", max_length=40, unique=True)),
                (
                    "village_code",
                    models.CharField(blank=True, db_collation="C", db_default="", max_length=12),
                ),
                (
                    "group_name",
                    models.CharField(blank=True, db_default="", default="", max_length=80),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("merged", "Merged"),
                            ("split", "Split"),
                            ("dissolved", "Dissolved"),
                        ],
                        db_default="active",
                        default="active",
                        max_length=10,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("registry", "Registry"), ("run", "Run")],
                        db_default="registry",
                        default="registry",
                        max_length=10,
                    ),
                ),
                ("members", models.PositiveSmallIntegerField(db_default=0, default=0)),
                (
                    "category",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("policies_continue", models.BooleanField(blank=True, null=True)),
                (
                    "poverty_status",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "poverty_attribute",
                    models.CharField(blank=True, db_default="", default="", max_length=40),
                ),
                (
                    "main_cause",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "other_causes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "identification_standard",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("identified_in", models.DateField(blank=True, null=True)),
                ("lifted_out_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "monitoring_category",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("monitored_since", models.DateField(blank=True, null=True)),
                (
                    "risks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "disaster_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "risk_note",
                    models.CharField(blank=True, db_default="", default="", max_length=300),
                ),
                ("risk_removed", models.BooleanField(blank=True, null=True)),
                ("risk_removed_month", models.DateField(blank=True, null=True)),
                (
                    "removal_kind",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("no_labour_household", models.BooleanField(blank=True, null=True)),
                ("resettlement_area", models.BooleanField(blank=True, null=True)),
                (
                    "resettlement_address",
                    models.CharField(blank=True, db_default="", default="", max_length=200),
                ),
                ("phone", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("phone_index", fangpin.foundation.fields.BlindField(blank=True, null=True)),
                ("bank", models.CharField(blank=True, db_default="", default="", max_length=80)),
                ("account", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("collector_name", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("collector_phone", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("remark", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(db_default=1, default=1)),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "indexes": [
                    models.Index(fields=["village_code", "number"], name="household_by_village"),
                    models.Index(
                        fields=["category", "village_code", "number"], name="household_by_category"
                    ),
                    models.Index(
                        condition=models.Q(("monitoring_category", ""), _negated=True),
                        fields=["monitoring_category", "village_code", "number"],
                        name="household_by_monitoring",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["risks"], name="household_by_risk"
                    ),
                    models.Index(
                        condition=models.Q(("phone_index__isnull", False)),
                        fields=["phone_index"],
                        name="household_by_phone",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["active", "merged", "split", "dissolved"])
                        ),
                        name="household_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "active"), ("members", 0), _connector="OR"),
                        name="only_an_active_household_has_members",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("village_code__regex", "^([0-9]{12})?$")),
                        name="household_village_code_has_12_digits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CategorySpell",
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
                        related_name="spells",
                        to="registry.household",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("category", "Category"),
                            ("monitoring", "Monitoring"),
                            ("poverty_status", "Poverty Status"),
                        ],
                        max_length=20,
                    ),
                ),
                ("code", models.CharField(max_length=30)),
                (
                    "risks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                ("began_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "ended_how",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("clause", models.CharField(blank=True, db_default="", default="", max_length=120)),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "ordering": ["household_id", "kind", "began_on"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("household", "kind"),
                        name="one_open_spell_per_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None),
                            ("began_on", None),
                            ("ended_on__gte", models.F("began_on")),
                            _connector="OR",
                        ),
                        name="spell_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["category", "monitoring", "poverty_status"])
                        ),
                        name="spell_kind_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HelperSpell",
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
                        related_name="helpers",
                        to="registry.household",
                    ),
                ),
                ("name", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("sex", models.CharField(blank=True, db_default="", default="", max_length=10)),
                (
                    "political_status",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("unit", models.CharField(blank=True, db_default="", default="", max_length=120)),
                ("phone", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("began_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "ordering": ["household_id", "began_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None),
                            ("began_on", None),
                            ("ended_on__gte", models.F("began_on")),
                            _connector="OR",
                        ),
                        name="helper_ends_after_beginning",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HouseholdHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="registry.household",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("number", models.CharField(db_collation="C", max_length=40)),
                (
                    "village_code",
                    models.CharField(blank=True, db_collation="C", db_default="", max_length=12),
                ),
                (
                    "group_name",
                    models.CharField(blank=True, db_default="", default="", max_length=80),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("merged", "Merged"),
                            ("split", "Split"),
                            ("dissolved", "Dissolved"),
                        ],
                        db_default="active",
                        default="active",
                        max_length=10,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("registry", "Registry"), ("run", "Run")],
                        db_default="registry",
                        default="registry",
                        max_length=10,
                    ),
                ),
                ("members", models.PositiveSmallIntegerField(db_default=0, default=0)),
                (
                    "category",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("policies_continue", models.BooleanField(blank=True, null=True)),
                (
                    "poverty_status",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "poverty_attribute",
                    models.CharField(blank=True, db_default="", default="", max_length=40),
                ),
                (
                    "main_cause",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "other_causes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "identification_standard",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("identified_in", models.DateField(blank=True, null=True)),
                ("lifted_out_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "monitoring_category",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("monitored_since", models.DateField(blank=True, null=True)),
                (
                    "risks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "disaster_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "risk_note",
                    models.CharField(blank=True, db_default="", default="", max_length=300),
                ),
                ("risk_removed", models.BooleanField(blank=True, null=True)),
                ("risk_removed_month", models.DateField(blank=True, null=True)),
                (
                    "removal_kind",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("no_labour_household", models.BooleanField(blank=True, null=True)),
                ("resettlement_area", models.BooleanField(blank=True, null=True)),
                (
                    "resettlement_address",
                    models.CharField(blank=True, db_default="", default="", max_length=200),
                ),
                ("phone", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("phone_index", fangpin.foundation.fields.BlindField(blank=True, null=True)),
                ("bank", models.CharField(blank=True, db_default="", default="", max_length=80)),
                ("account", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("collector_name", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("collector_phone", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("remark", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(db_default=1, default=1)),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="IncomeYear",
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
                        related_name="incomes",
                        to="registry.household",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "occasion",
                    models.CharField(
                        choices=[("year", "Year"), ("removal", "Removal")],
                        db_default="year",
                        default="year",
                        max_length=10,
                    ),
                ),
                ("began_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("persons", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("items", models.JSONField(blank=True, db_default={}, default=dict)),
                ("wage_income", models.BigIntegerField(blank=True, null=True)),
                ("business_income", models.BigIntegerField(blank=True, null=True)),
                ("business_cost", models.BigIntegerField(blank=True, null=True)),
                ("property_income", models.BigIntegerField(blank=True, null=True)),
                ("transfer_income", models.BigIntegerField(blank=True, null=True)),
                ("gross_income", models.BigIntegerField(blank=True, null=True)),
                ("net_income", models.BigIntegerField(blank=True, null=True)),
                ("net_income_per_person", models.BigIntegerField(blank=True, null=True)),
                ("insurance_payout", models.BigIntegerField(blank=True, null=True)),
                ("compliant_expense", models.BigIntegerField(blank=True, null=True)),
                ("reference_income", models.BigIntegerField(blank=True, null=True)),
                ("reference_income_per_person", models.BigIntegerField(blank=True, null=True)),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "ordering": ["household_id", "year", "occasion"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("household", "year", "occasion"),
                        name="income_once_per_household_year_and_occasion",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("occasion__in", ["year", "removal"])),
                        name="income_occasion_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("persons", None), ("persons__gt", 0), _connector="OR"),
                        name="income_is_of_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomeYearHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="registry.incomeyear",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.household",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "occasion",
                    models.CharField(
                        choices=[("year", "Year"), ("removal", "Removal")],
                        db_default="year",
                        default="year",
                        max_length=10,
                    ),
                ),
                ("began_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("persons", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("items", models.JSONField(blank=True, db_default={}, default=dict)),
                ("wage_income", models.BigIntegerField(blank=True, null=True)),
                ("business_income", models.BigIntegerField(blank=True, null=True)),
                ("business_cost", models.BigIntegerField(blank=True, null=True)),
                ("property_income", models.BigIntegerField(blank=True, null=True)),
                ("transfer_income", models.BigIntegerField(blank=True, null=True)),
                ("gross_income", models.BigIntegerField(blank=True, null=True)),
                ("net_income", models.BigIntegerField(blank=True, null=True)),
                ("net_income_per_person", models.BigIntegerField(blank=True, null=True)),
                ("insurance_payout", models.BigIntegerField(blank=True, null=True)),
                ("compliant_expense", models.BigIntegerField(blank=True, null=True)),
                ("reference_income", models.BigIntegerField(blank=True, null=True)),
                ("reference_income_per_person", models.BigIntegerField(blank=True, null=True)),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(db_collation="C", max_length=40, unique=True)),
                ("name", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                (
                    "name_tokens",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                ("id_kind", models.CharField(blank=True, db_default="", default="", max_length=30)),
                ("id_number", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("id_index", fangpin.foundation.fields.BlindField(blank=True, null=True)),
                ("id_last4_index", fangpin.foundation.fields.BlindField(blank=True, null=True)),
                ("sex", models.CharField(blank=True, db_default="", default="", max_length=10)),
                ("birth_date", models.DateField(blank=True, null=True)),
                (
                    "ethnic_group",
                    models.CharField(blank=True, db_default="", default="", max_length=10),
                ),
                (
                    "political_status",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "marital_status",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("phone", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("phone_index", fangpin.foundation.fields.BlindField(blank=True, null=True)),
                ("died_on", models.DateField(blank=True, null=True)),
                (
                    "death_cause",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "education",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "school_stage",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("school", models.CharField(blank=True, db_default="", default="", max_length=120)),
                (
                    "dropout_reason",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "health",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "disability_category",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "disability_level",
                    models.CharField(blank=True, db_default="", default="", max_length=2),
                ),
                ("certificate_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "labour_ability",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("works_away", models.BooleanField(blank=True, null=True)),
                (
                    "migrant_province",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                (
                    "migrant_city",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                (
                    "migrant_county",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                (
                    "migrant_place",
                    models.CharField(blank=True, db_default="", default="", max_length=120),
                ),
                (
                    "migrant_place_code",
                    models.CharField(blank=True, db_default="", default="", max_length=12),
                ),
                (
                    "migrant_employer",
                    models.CharField(blank=True, db_default="", default="", max_length=120),
                ),
                (
                    "migrant_industry",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "migrant_channel",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                ("migrant_began", models.DateField(blank=True, null=True)),
                ("migrant_ended", models.DateField(blank=True, null=True)),
                (
                    "migrant_months",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                ("migrant_wage_monthly", models.BigIntegerField(blank=True, null=True)),
                ("point_to_point", models.BooleanField(blank=True, null=True)),
                ("transport_subsidy", models.BigIntegerField(blank=True, null=True)),
                ("works_abroad", models.BooleanField(blank=True, null=True)),
                ("work_planned", models.BooleanField(blank=True, null=True)),
                (
                    "work_planned_county",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                (
                    "work_service_needed",
                    models.CharField(blank=True, db_default="", default="", max_length=120),
                ),
                (
                    "post_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "post_months",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "post_note",
                    models.CharField(blank=True, db_default="", default="", max_length=200),
                ),
                ("resident_medical", models.BooleanField(blank=True, null=True)),
                ("employee_medical", models.BooleanField(blank=True, null=True)),
                ("serious_illness_insurance", models.BooleanField(blank=True, null=True)),
                ("commercial_medical", models.BooleanField(blank=True, null=True)),
                ("resident_pension", models.BooleanField(blank=True, null=True)),
                ("employee_pension", models.BooleanField(blank=True, null=True)),
                ("accident_insurance", models.BooleanField(blank=True, null=True)),
                ("accident_subsidy", models.BooleanField(blank=True, null=True)),
                ("medical_assistance", models.BooleanField(blank=True, null=True)),
                ("registered_subsistence", models.BooleanField(blank=True, null=True)),
                (
                    "subsistence_kind",
                    models.CharField(blank=True, db_default="", default="", max_length=10),
                ),
                ("registered_destitute", models.BooleanField(blank=True, null=True)),
                (
                    "destitute_kind",
                    models.CharField(blank=True, db_default="", default="", max_length=10),
                ),
                ("disability_allowances", models.BooleanField(blank=True, null=True)),
                ("relocated", models.BooleanField(blank=True, null=True)),
                ("soldier", models.BooleanField(blank=True, null=True)),
                ("speaks_mandarin", models.BooleanField(blank=True, null=True)),
                ("left_behind", models.BooleanField(blank=True, null=True)),
                ("remark", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(db_default=1, default=1)),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("id_index__isnull", False)),
                        fields=["id_index"],
                        name="person_by_id",
                    ),
                    models.Index(
                        condition=models.Q(("id_last4_index__isnull", False)),
                        fields=["id_last4_index"],
                        name="person_by_last_four",
                    ),
                    models.Index(
                        condition=models.Q(("phone_index__isnull", False)),
                        fields=["phone_index"],
                        name="person_by_phone",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["name_tokens"], name="person_by_name"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["health"], name="person_by_health"
                    ),
                    models.Index(fields=["birth_date"], name="person_by_birth_date"),
                    models.Index(fields=["education"], name="person_by_education"),
                    models.Index(fields=["labour_ability"], name="person_by_labour"),
                    models.Index(
                        condition=models.Q(("disability_level", ""), _negated=True),
                        fields=["disability_level"],
                        name="person_by_disability",
                    ),
                    models.Index(
                        condition=models.Q(("registered_subsistence", True)),
                        fields=["registered_subsistence"],
                        name="person_by_subsistence",
                    ),
                    models.Index(
                        condition=models.Q(("works_away", True)),
                        fields=["works_away"],
                        name="person_by_work",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="registry.person",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="registry.household",
                    ),
                ),
                (
                    "relation",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("is_head", models.BooleanField(db_default=False, default=False)),
                ("began_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "why_began",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "why_ended",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "ordering": ["household_id", "person_id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_on", None)),
                        fields=["household"],
                        name="open_members",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("person",),
                        name="one_open_membership_per_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None), ("is_head", True)),
                        fields=("household",),
                        name="one_head_per_household",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None),
                            ("began_on", None),
                            ("ended_on__gte", models.F("began_on")),
                            _connector="OR",
                        ),
                        name="membership_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MembershipHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="registry.membership",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.household",
                    ),
                ),
                (
                    "relation",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("is_head", models.BooleanField(db_default=False, default=False)),
                ("began_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "why_began",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "why_ended",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="NameBook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("village_code", models.CharField(db_collation="C", max_length=12, unique=True)),
                ("names", fangpin.foundation.fields.SealedField()),
                ("sounds", fangpin.foundation.fields.SealedField()),
                (
                    "listed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NameChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("household_id", models.BigIntegerField(blank=True, db_index=True, null=True)),
                (
                    "left_village",
                    models.CharField(blank=True, db_collation="C", db_default="", max_length=12),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PersonHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="registry.person",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("number", models.CharField(db_collation="C", max_length=40)),
                ("name", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                (
                    "name_tokens",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                ("id_kind", models.CharField(blank=True, db_default="", default="", max_length=30)),
                ("id_number", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("id_index", fangpin.foundation.fields.BlindField(blank=True, null=True)),
                ("id_last4_index", fangpin.foundation.fields.BlindField(blank=True, null=True)),
                ("sex", models.CharField(blank=True, db_default="", default="", max_length=10)),
                ("birth_date", models.DateField(blank=True, null=True)),
                (
                    "ethnic_group",
                    models.CharField(blank=True, db_default="", default="", max_length=10),
                ),
                (
                    "political_status",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "marital_status",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("phone", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("phone_index", fangpin.foundation.fields.BlindField(blank=True, null=True)),
                ("died_on", models.DateField(blank=True, null=True)),
                (
                    "death_cause",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "education",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "school_stage",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("school", models.CharField(blank=True, db_default="", default="", max_length=120)),
                (
                    "dropout_reason",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "health",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "disability_category",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "disability_level",
                    models.CharField(blank=True, db_default="", default="", max_length=2),
                ),
                ("certificate_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "labour_ability",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("works_away", models.BooleanField(blank=True, null=True)),
                (
                    "migrant_province",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                (
                    "migrant_city",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                (
                    "migrant_county",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                (
                    "migrant_place",
                    models.CharField(blank=True, db_default="", default="", max_length=120),
                ),
                (
                    "migrant_place_code",
                    models.CharField(blank=True, db_default="", default="", max_length=12),
                ),
                (
                    "migrant_employer",
                    models.CharField(blank=True, db_default="", default="", max_length=120),
                ),
                (
                    "migrant_industry",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                (
                    "migrant_channel",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                ("migrant_began", models.DateField(blank=True, null=True)),
                ("migrant_ended", models.DateField(blank=True, null=True)),
                (
                    "migrant_months",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                ("migrant_wage_monthly", models.BigIntegerField(blank=True, null=True)),
                ("point_to_point", models.BooleanField(blank=True, null=True)),
                ("transport_subsidy", models.BigIntegerField(blank=True, null=True)),
                ("works_abroad", models.BooleanField(blank=True, null=True)),
                ("work_planned", models.BooleanField(blank=True, null=True)),
                (
                    "work_planned_county",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                (
                    "work_service_needed",
                    models.CharField(blank=True, db_default="", default="", max_length=120),
                ),
                (
                    "post_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "post_months",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "post_note",
                    models.CharField(blank=True, db_default="", default="", max_length=200),
                ),
                ("resident_medical", models.BooleanField(blank=True, null=True)),
                ("employee_medical", models.BooleanField(blank=True, null=True)),
                ("serious_illness_insurance", models.BooleanField(blank=True, null=True)),
                ("commercial_medical", models.BooleanField(blank=True, null=True)),
                ("resident_pension", models.BooleanField(blank=True, null=True)),
                ("employee_pension", models.BooleanField(blank=True, null=True)),
                ("accident_insurance", models.BooleanField(blank=True, null=True)),
                ("accident_subsidy", models.BooleanField(blank=True, null=True)),
                ("medical_assistance", models.BooleanField(blank=True, null=True)),
                ("registered_subsistence", models.BooleanField(blank=True, null=True)),
                (
                    "subsistence_kind",
                    models.CharField(blank=True, db_default="", default="", max_length=10),
                ),
                ("registered_destitute", models.BooleanField(blank=True, null=True)),
                (
                    "destitute_kind",
                    models.CharField(blank=True, db_default="", default="", max_length=10),
                ),
                ("disability_allowances", models.BooleanField(blank=True, null=True)),
                ("relocated", models.BooleanField(blank=True, null=True)),
                ("soldier", models.BooleanField(blank=True, null=True)),
                ("speaks_mandarin", models.BooleanField(blank=True, null=True)),
                ("left_behind", models.BooleanField(blank=True, null=True)),
                ("remark", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(db_default=1, default=1)),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RegistryEvent",
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
                            ("entered", "Entered"),
                            ("imported", "Imported"),
                            ("edited", "Edited"),
                            ("head_changed", "Head Changed"),
                            ("split", "Split"),
                            ("merged", "Merged"),
                            ("married_in", "Married In"),
                            ("born", "Born"),
                            ("joined", "Joined"),
                            ("moved", "Moved"),
                            ("left", "Left"),
                            ("moved_village", "Moved Village"),
                            ("died", "Died"),
                            ("returned", "Returned"),
                            ("categorised", "Categorised"),
                            ("income", "Income"),
                            ("conditions", "Conditions"),
                            ("helper", "Helper"),
                            ("reversed", "Reversed"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("on", models.DateField(help_text="the day from which it holds")),
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
                    "households",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), db_default=[], default=list, size=None
                    ),
                ),
                (
                    "persons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), db_default=[], default=list, size=None
                    ),
                ),
                ("context", models.UUIDField(editable=False, null=True)),
                ("detail", models.JSONField(db_default={}, default=dict)),
                (
                    "reversal_of",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="registry.registryevent",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["households"], name="event_by_household"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["persons"], name="event_by_person"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="YearlyConditions",
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
                        related_name="conditions",
                        to="registry.household",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("housing_unsafe", models.BooleanField(blank=True, null=True)),
                ("has_dropout", models.BooleanField(blank=True, null=True)),
                ("water_unsafe", models.BooleanField(blank=True, null=True)),
                ("somebody_uninsured", models.BooleanField(blank=True, null=True)),
                ("after_housing_damaged", models.BooleanField(blank=True, null=True)),
                ("after_dropout", models.BooleanField(blank=True, null=True)),
                ("after_water_damaged", models.BooleanField(blank=True, null=True)),
                ("after_uninsured", models.BooleanField(blank=True, null=True)),
                (
                    "arable_land",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "irrigated_land",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "forest_land",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "returned_forest",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "orchard",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "grassland",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "water_surface",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "road_kind",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("road_hardened", models.BooleanField(blank=True, null=True)),
                (
                    "road_distance",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "town_distance",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                ("in_cooperative", models.BooleanField(blank=True, null=True)),
                (
                    "organisation_kind",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                ("led_by_firm", models.BooleanField(blank=True, null=True)),
                ("led_by_person", models.BooleanField(blank=True, null=True)),
                ("mutual_fund", models.BooleanField(blank=True, null=True)),
                ("mutual_fund_amount", models.BigIntegerField(blank=True, null=True)),
                ("family_planning", models.BooleanField(blank=True, null=True)),
                ("power_for_production", models.BooleanField(blank=True, null=True)),
                ("power_for_living", models.BooleanField(blank=True, null=True)),
                ("broadcast", models.BooleanField(blank=True, null=True)),
                ("safe_water", models.BooleanField(blank=True, null=True)),
                ("water_difficult", models.BooleanField(blank=True, null=True)),
                (
                    "water_kind",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                ("sanitary_toilet", models.BooleanField(blank=True, null=True)),
                (
                    "house_area",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "house_structure",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("dangerous_house", models.BooleanField(blank=True, null=True)),
                (
                    "dangerous_house_grade",
                    models.CharField(blank=True, db_default="", default="", max_length=2),
                ),
                ("house_rebuilt_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("fuel", models.CharField(blank=True, db_default="", default="", max_length=30)),
                (
                    "other_fuels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                ("measures", models.JSONField(blank=True, db_default={}, default=dict)),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "ordering": ["household_id", "year"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("household", "year"), name="conditions_once_per_household_and_year"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="YearlyConditionsHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="registry.yearlyconditions",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.household",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("housing_unsafe", models.BooleanField(blank=True, null=True)),
                ("has_dropout", models.BooleanField(blank=True, null=True)),
                ("water_unsafe", models.BooleanField(blank=True, null=True)),
                ("somebody_uninsured", models.BooleanField(blank=True, null=True)),
                ("after_housing_damaged", models.BooleanField(blank=True, null=True)),
                ("after_dropout", models.BooleanField(blank=True, null=True)),
                ("after_water_damaged", models.BooleanField(blank=True, null=True)),
                ("after_uninsured", models.BooleanField(blank=True, null=True)),
                (
                    "arable_land",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "irrigated_land",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "forest_land",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "returned_forest",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "orchard",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "grassland",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "water_surface",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "road_kind",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("road_hardened", models.BooleanField(blank=True, null=True)),
                (
                    "road_distance",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "town_distance",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                ("in_cooperative", models.BooleanField(blank=True, null=True)),
                (
                    "organisation_kind",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                ("led_by_firm", models.BooleanField(blank=True, null=True)),
                ("led_by_person", models.BooleanField(blank=True, null=True)),
                ("mutual_fund", models.BooleanField(blank=True, null=True)),
                ("mutual_fund_amount", models.BigIntegerField(blank=True, null=True)),
                ("family_planning", models.BooleanField(blank=True, null=True)),
                ("power_for_production", models.BooleanField(blank=True, null=True)),
                ("power_for_living", models.BooleanField(blank=True, null=True)),
                ("broadcast", models.BooleanField(blank=True, null=True)),
                ("safe_water", models.BooleanField(blank=True, null=True)),
                ("water_difficult", models.BooleanField(blank=True, null=True)),
                (
                    "water_kind",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                ("sanitary_toilet", models.BooleanField(blank=True, null=True)),
                (
                    "house_area",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "house_structure",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("dangerous_house", models.BooleanField(blank=True, null=True)),
                (
                    "dangerous_house_grade",
                    models.CharField(blank=True, db_default="", default="", max_length=2),
                ),
                ("house_rebuilt_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("fuel", models.CharField(blank=True, db_default="", default="", max_length=30)),
                (
                    "other_fuels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                ("measures", models.JSONField(blank=True, db_default={}, default=dict)),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HelperSpellHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="registry.helperspell",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.household",
                    ),
                ),
                ("name", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("sex", models.CharField(blank=True, db_default="", default="", max_length=10)),
                (
                    "political_status",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("unit", models.CharField(blank=True, db_default="", default="", max_length=120)),
                ("phone", fangpin.foundation.fields.SealedField(blank=True, null=True)),
                ("began_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CategorySpellHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="registry.categoryspell",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.household",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("category", "Category"),
                            ("monitoring", "Monitoring"),
                            ("poverty_status", "Poverty Status"),
                        ],
                        max_length=20,
                    ),
                ),
                ("code", models.CharField(max_length=30)),
                (
                    "risks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                ("began_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "ended_how",
                    models.CharField(blank=True, db_default="", default="", max_length=30),
                ),
                ("clause", models.CharField(blank=True, db_default="", default="", max_length=120)),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="household",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_householdhistory" ("account", "bank", "category", "collector_name", "collector_phone", "disaster_kinds", "entered_at", "group_name", "id", "identification_standard", "identified_in", "lifted_out_year", "main_cause", "members", "monitored_since", "monitoring_category", "no_labour_household", "number", "origin", "other_causes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_index", "policies_continue", "poverty_attribute", "poverty_status", "remark", "removal_kind", "resettlement_address", "resettlement_area", "risk_note", "risk_removed", "risk_removed_month", "risks", "state", "version", "village_code") VALUES (OLD."account", OLD."bank", OLD."category", OLD."collector_name", OLD."collector_phone", OLD."disaster_kinds", OLD."entered_at", OLD."group_name", OLD."id", OLD."identification_standard", OLD."identified_in", OLD."lifted_out_year", OLD."main_cause", OLD."members", OLD."monitored_since", OLD."monitoring_category", OLD."no_labour_household", OLD."number", OLD."origin", OLD."other_causes", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', OLD."id", OLD."phone", OLD."phone_index", OLD."policies_continue", OLD."poverty_attribute", OLD."poverty_status", OLD."remark", OLD."removal_kind", OLD."resettlement_address", OLD."resettlement_area", OLD."risk_note", OLD."risk_removed", OLD."risk_removed_month", OLD."risks", OLD."state", OLD."version", OLD."village_code"); RETURN NULL;',
                    hash="f16dff1d3224cce14048743b94e909d7cf6575cf",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d30e4",
                    table="registry_household",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="household",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_householdhistory" ("account", "bank", "category", "collector_name", "collector_phone", "disaster_kinds", "entered_at", "group_name", "id", "identification_standard", "identified_in", "lifted_out_year", "main_cause", "members", "monitored_since", "monitoring_category", "no_labour_household", "number", "origin", "other_causes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_index", "policies_continue", "poverty_attribute", "poverty_status", "remark", "removal_kind", "resettlement_address", "resettlement_area", "risk_note", "risk_removed", "risk_removed_month", "risks", "state", "version", "village_code") VALUES (OLD."account", OLD."bank", OLD."category", OLD."collector_name", OLD."collector_phone", OLD."disaster_kinds", OLD."entered_at", OLD."group_name", OLD."id", OLD."identification_standard", OLD."identified_in", OLD."lifted_out_year", OLD."main_cause", OLD."members", OLD."monitored_since", OLD."monitoring_category", OLD."no_labour_household", OLD."number", OLD."origin", OLD."other_causes", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."phone", OLD."phone_index", OLD."policies_continue", OLD."poverty_attribute", OLD."poverty_status", OLD."remark", OLD."removal_kind", OLD."resettlement_address", OLD."resettlement_area", OLD."risk_note", OLD."risk_removed", OLD."risk_removed_month", OLD."risks", OLD."state", OLD."version", OLD."village_code"); RETURN NULL;',
                    hash="d33d4daaf5cf26146231482b9c66f2afe5678885",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_7c8ce",
                    table="registry_household",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_personhistory" ("accident_insurance", "accident_subsidy", "birth_date", "certificate_year", "commercial_medical", "death_cause", "destitute_kind", "died_on", "disability_allowances", "disability_category", "disability_level", "dropout_reason", "education", "employee_medical", "employee_pension", "entered_at", "ethnic_group", "health", "id", "id_index", "id_kind", "id_last4_index", "id_number", "labour_ability", "left_behind", "marital_status", "medical_assistance", "migrant_began", "migrant_channel", "migrant_city", "migrant_county", "migrant_employer", "migrant_ended", "migrant_industry", "migrant_months", "migrant_place", "migrant_place_code", "migrant_province", "migrant_wage_monthly", "name", "name_tokens", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_index", "point_to_point", "political_status", "post_kinds", "post_months", "post_note", "registered_destitute", "registered_subsistence", "relocated", "remark", "resident_medical", "resident_pension", "school", "school_stage", "serious_illness_insurance", "sex", "soldier", "speaks_mandarin", "subsistence_kind", "transport_subsidy", "version", "work_planned", "work_planned_county", "work_service_needed", "works_abroad", "works_away") VALUES (OLD."accident_insurance", OLD."accident_subsidy", OLD."birth_date", OLD."certificate_year", OLD."commercial_medical", OLD."death_cause", OLD."destitute_kind", OLD."died_on", OLD."disability_allowances", OLD."disability_category", OLD."disability_level", OLD."dropout_reason", OLD."education", OLD."employee_medical", OLD."employee_pension", OLD."entered_at", OLD."ethnic_group", OLD."health", OLD."id", OLD."id_index", OLD."id_kind", OLD."id_last4_index", OLD."id_number", OLD."labour_ability", OLD."left_behind", OLD."marital_status", OLD."medical_assistance", OLD."migrant_began", OLD."migrant_channel", OLD."migrant_city", OLD."migrant_county", OLD."migrant_employer", OLD."migrant_ended", OLD."migrant_industry", OLD."migrant_months", OLD."migrant_place", OLD."migrant_place_code", OLD."migrant_province", OLD."migrant_wage_monthly", OLD."name", OLD."name_tokens", OLD."number", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', OLD."id", OLD."phone", OLD."phone_index", OLD."point_to_point", OLD."political_status", OLD."post_kinds", OLD."post_months", OLD."post_note", OLD."registered_destitute", OLD."registered_subsistence", OLD."relocated", OLD."remark", OLD."resident_medical", OLD."resident_pension", OLD."school", OLD."school_stage", OLD."serious_illness_insurance", OLD."sex", OLD."soldier", OLD."speaks_mandarin", OLD."subsistence_kind", OLD."transport_subsidy", OLD."version", OLD."work_planned", OLD."work_planned_county", OLD."work_service_needed", OLD."works_abroad", OLD."works_away"); RETURN NULL;',
                    hash="392fdf280ad5d9042ddcc969b5c51b212b66a749",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_56ba8",
                    table="registry_person",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_personhistory" ("accident_insurance", "accident_subsidy", "birth_date", "certificate_year", "commercial_medical", "death_cause", "destitute_kind", "died_on", "disability_allowances", "disability_category", "disability_level", "dropout_reason", "education", "employee_medical", "employee_pension", "entered_at", "ethnic_group", "health", "id", "id_index", "id_kind", "id_last4_index", "id_number", "labour_ability", "left_behind", "marital_status", "medical_assistance", "migrant_began", "migrant_channel", "migrant_city", "migrant_county", "migrant_employer", "migrant_ended", "migrant_industry", "migrant_months", "migrant_place", "migrant_place_code", "migrant_province", "migrant_wage_monthly", "name", "name_tokens", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_index", "point_to_point", "political_status", "post_kinds", "post_months", "post_note", "registered_destitute", "registered_subsistence", "relocated", "remark", "resident_medical", "resident_pension", "school", "school_stage", "serious_illness_insurance", "sex", "soldier", "speaks_mandarin", "subsistence_kind", "transport_subsidy", "version", "work_planned", "work_planned_county", "work_service_needed", "works_abroad", "works_away") VALUES (OLD."accident_insurance", OLD."accident_subsidy", OLD."birth_date", OLD."certificate_year", OLD."commercial_medical", OLD."death_cause", OLD."destitute_kind", OLD."died_on", OLD."disability_allowances", OLD."disability_category", OLD."disability_level", OLD."dropout_reason", OLD."education", OLD."employee_medical", OLD."employee_pension", OLD."entered_at", OLD."ethnic_group", OLD."health", OLD."id", OLD."id_index", OLD."id_kind", OLD."id_last4_index", OLD."id_number", OLD."labour_ability", OLD."left_behind", OLD."marital_status", OLD."medical_assistance", OLD."migrant_began", OLD."migrant_channel", OLD."migrant_city", OLD."migrant_county", OLD."migrant_employer", OLD."migrant_ended", OLD."migrant_industry", OLD."migrant_months", OLD."migrant_place", OLD."migrant_place_code", OLD."migrant_province", OLD."migrant_wage_monthly", OLD."name", OLD."name_tokens", OLD."number", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."phone", OLD."phone_index", OLD."point_to_point", OLD."political_status", OLD."post_kinds", OLD."post_months", OLD."post_note", OLD."registered_destitute", OLD."registered_subsistence", OLD."relocated", OLD."remark", OLD."resident_medical", OLD."resident_pension", OLD."school", OLD."school_stage", OLD."serious_illness_insurance", OLD."sex", OLD."soldier", OLD."speaks_mandarin", OLD."subsistence_kind", OLD."transport_subsidy", OLD."version", OLD."work_planned", OLD."work_planned_county", OLD."work_service_needed", OLD."works_abroad", OLD."works_away"); RETURN NULL;',
                    hash="fa3737c8438ef6d58b52f034199fb4718738006f",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a3234",
                    table="registry_person",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="helperspell",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_helperspellhistory" ("began_on", "ended_on", "entered_at", "household_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "political_status", "sex", "unit") VALUES (OLD."began_on", OLD."ended_on", OLD."entered_at", OLD."household_id", OLD."id", OLD."name", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', OLD."id", OLD."phone", OLD."political_status", OLD."sex", OLD."unit"); RETURN NULL;',
                    hash="ac620fe7fab8fc420a519e3c734ff75b9acd97a7",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_3713e",
                    table="registry_helperspell",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="helperspell",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_helperspellhistory" ("began_on", "ended_on", "entered_at", "household_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "political_status", "sex", "unit") VALUES (OLD."began_on", OLD."ended_on", OLD."entered_at", OLD."household_id", OLD."id", OLD."name", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."phone", OLD."political_status", OLD."sex", OLD."unit"); RETURN NULL;',
                    hash="5d24b6a6f87d363272518a8d3c885a2701a6e0fa",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_6b299",
                    table="registry_helperspell",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categoryspell",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_categoryspellhistory" ("began_on", "clause", "code", "ended_how", "ended_on", "entered_at", "household_id", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "risks") VALUES (OLD."began_on", OLD."clause", OLD."code", OLD."ended_how", OLD."ended_on", OLD."entered_at", OLD."household_id", OLD."id", OLD."kind", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', OLD."id", OLD."risks"); RETURN NULL;',
                    hash="e8ed87b8cbc4452b16fe3f82ac5d84e51091f8e5",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_08d76",
                    table="registry_categoryspell",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categoryspell",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_categoryspellhistory" ("began_on", "clause", "code", "ended_how", "ended_on", "entered_at", "household_id", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "risks") VALUES (OLD."began_on", OLD."clause", OLD."code", OLD."ended_how", OLD."ended_on", OLD."entered_at", OLD."household_id", OLD."id", OLD."kind", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."risks"); RETURN NULL;',
                    hash="32b293cd12efcfaf2183a38c081cd3582ae9a4e5",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_68678",
                    table="registry_categoryspell",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incomeyear",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_incomeyearhistory" ("began_on", "business_cost", "business_income", "compliant_expense", "ended_on", "entered_at", "gross_income", "household_id", "id", "insurance_payout", "items", "net_income", "net_income_per_person", "occasion", "persons", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "property_income", "reference_income", "reference_income_per_person", "transfer_income", "wage_income", "year") VALUES (OLD."began_on", OLD."business_cost", OLD."business_income", OLD."compliant_expense", OLD."ended_on", OLD."entered_at", OLD."gross_income", OLD."household_id", OLD."id", OLD."insurance_payout", OLD."items", OLD."net_income", OLD."net_income_per_person", OLD."occasion", OLD."persons", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', OLD."id", OLD."property_income", OLD."reference_income", OLD."reference_income_per_person", OLD."transfer_income", OLD."wage_income", OLD."year"); RETURN NULL;',
                    hash="e14ad16a8d994575f8d52324efa8e7f07cb70bdc",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8625d",
                    table="registry_incomeyear",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incomeyear",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_incomeyearhistory" ("began_on", "business_cost", "business_income", "compliant_expense", "ended_on", "entered_at", "gross_income", "household_id", "id", "insurance_payout", "items", "net_income", "net_income_per_person", "occasion", "persons", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "property_income", "reference_income", "reference_income_per_person", "transfer_income", "wage_income", "year") VALUES (OLD."began_on", OLD."business_cost", OLD."business_income", OLD."compliant_expense", OLD."ended_on", OLD."entered_at", OLD."gross_income", OLD."household_id", OLD."id", OLD."insurance_payout", OLD."items", OLD."net_income", OLD."net_income_per_person", OLD."occasion", OLD."persons", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."property_income", OLD."reference_income", OLD."reference_income_per_person", OLD."transfer_income", OLD."wage_income", OLD."year"); RETURN NULL;',
                    hash="75965d3faa6593f61a9923734a2d81d0995ac246",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_1056d",
                    table="registry_incomeyear",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_membershiphistory" ("began_on", "ended_on", "entered_at", "household_id", "id", "is_head", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "relation", "why_began", "why_ended") VALUES (OLD."began_on", OLD."ended_on", OLD."entered_at", OLD."household_id", OLD."id", OLD."is_head", OLD."person_id", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', OLD."id", OLD."relation", OLD."why_began", OLD."why_ended"); RETURN NULL;',
                    hash="05706b261bc6e453171b428504b25d1bc131f03e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_2e25f",
                    table="registry_membership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_membershiphistory" ("began_on", "ended_on", "entered_at", "household_id", "id", "is_head", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "relation", "why_began", "why_ended") VALUES (OLD."began_on", OLD."ended_on", OLD."entered_at", OLD."household_id", OLD."id", OLD."is_head", OLD."person_id", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."relation", OLD."why_began", OLD."why_ended"); RETURN NULL;',
                    hash="c73cc7c778b952614c2a0fada42f269a8ff9d484",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_c1c02",
                    table="registry_membership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="yearlyconditions",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_yearlyconditionshistory" ("after_dropout", "after_housing_damaged", "after_uninsured", "after_water_damaged", "arable_land", "broadcast", "dangerous_house", "dangerous_house_grade", "entered_at", "family_planning", "forest_land", "fuel", "grassland", "has_dropout", "house_area", "house_rebuilt_year", "house_structure", "household_id", "housing_unsafe", "id", "in_cooperative", "irrigated_land", "led_by_firm", "led_by_person", "measures", "mutual_fund", "mutual_fund_amount", "orchard", "organisation_kind", "other_fuels", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "power_for_living", "power_for_production", "returned_forest", "road_distance", "road_hardened", "road_kind", "safe_water", "sanitary_toilet", "somebody_uninsured", "town_distance", "water_difficult", "water_kind", "water_surface", "water_unsafe", "year") VALUES (OLD."after_dropout", OLD."after_housing_damaged", OLD."after_uninsured", OLD."after_water_damaged", OLD."arable_land", OLD."broadcast", OLD."dangerous_house", OLD."dangerous_house_grade", OLD."entered_at", OLD."family_planning", OLD."forest_land", OLD."fuel", OLD."grassland", OLD."has_dropout", OLD."house_area", OLD."house_rebuilt_year", OLD."house_structure", OLD."household_id", OLD."housing_unsafe", OLD."id", OLD."in_cooperative", OLD."irrigated_land", OLD."led_by_firm", OLD."led_by_person", OLD."measures", OLD."mutual_fund", OLD."mutual_fund_amount", OLD."orchard", OLD."organisation_kind", OLD."other_fuels", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', OLD."id", OLD."power_for_living", OLD."power_for_production", OLD."returned_forest", OLD."road_distance", OLD."road_hardened", OLD."road_kind", OLD."safe_water", OLD."sanitary_toilet", OLD."somebody_uninsured", OLD."town_distance", OLD."water_difficult", OLD."water_kind", OLD."water_surface", OLD."water_unsafe", OLD."year"); RETURN NULL;',
                    hash="1a12a0fe336851e3d54cc0e526ab60b283af2e97",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_99504",
                    table="registry_yearlyconditions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="yearlyconditions",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_yearlyconditionshistory" ("after_dropout", "after_housing_damaged", "after_uninsured", "after_water_damaged", "arable_land", "broadcast", "dangerous_house", "dangerous_house_grade", "entered_at", "family_planning", "forest_land", "fuel", "grassland", "has_dropout", "house_area", "house_rebuilt_year", "house_structure", "household_id", "housing_unsafe", "id", "in_cooperative", "irrigated_land", "led_by_firm", "led_by_person", "measures", "mutual_fund", "mutual_fund_amount", "orchard", "organisation_kind", "other_fuels", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "power_for_living", "power_for_production", "returned_forest", "road_distance", "road_hardened", "road_kind", "safe_water", "sanitary_toilet", "somebody_uninsured", "town_distance", "water_difficult", "water_kind", "water_surface", "water_unsafe", "year") VALUES (OLD."after_dropout", OLD."after_housing_damaged", OLD."after_uninsured", OLD."after_water_damaged", OLD."arable_land", OLD."broadcast", OLD."dangerous_house", OLD."dangerous_house_grade", OLD."entered_at", OLD."family_planning", OLD."forest_land", OLD."fuel", OLD."grassland", OLD."has_dropout", OLD."house_area", OLD."house_rebuilt_year", OLD."house_structure", OLD."household_id", OLD."housing_unsafe", OLD."id", OLD."in_cooperative", OLD."irrigated_land", OLD."led_by_firm", OLD."led_by_person", OLD."measures", OLD."mutual_fund", OLD."mutual_fund_amount", OLD."orchard", OLD."organisation_kind", OLD."other_fuels", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."power_for_living", OLD."power_for_production", OLD."returned_forest", OLD."road_distance", OLD."road_hardened", OLD."road_kind", OLD."safe_water", OLD."sanitary_toilet", OLD."somebody_uninsured", OLD."town_distance", OLD."water_difficult", OLD."water_kind", OLD."water_surface", OLD."water_unsafe", OLD."year"); RETURN NULL;',
                    hash="529277a4c9df3806c17ca89d48d1c345450f8a90",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_d32e8",
                    table="registry_yearlyconditions",
                    when="AFTER",
                ),
            ),
        ),
    ]
