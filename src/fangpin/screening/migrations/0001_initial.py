import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from fangpin.foundation.made_together import MadeTogether


class Migration(MadeTogether):
    initial = True

    dependencies = [
        ("feeds", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AnswerFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("sha256",), name="a_file_of_answers_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="screening.answerfile",
                    ),
                ),
                ("household_number", models.CharField(max_length=40)),
                (
                    "rule",
                    models.CharField(
                        blank=True, help_text="rule or kind; blank: any", max_length=80
                    ),
                ),
                ("answered_on", models.DateField()),
                ("result", models.CharField(max_length=20)),
                ("channel", models.CharField(max_length=40)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "intake",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="run",
                        to="feeds.intake",
                    ),
                ),
                ("as_of", models.DateField()),
                ("pack_name", models.CharField(max_length=80)),
                ("pack_title_zh", models.CharField(blank=True, max_length=300)),
                ("pack_title_en", models.CharField(blank=True, max_length=300)),
                ("pack_hash", models.CharField(max_length=80)),
                ("snapshot_hash", models.CharField(max_length=80)),
                ("previous", models.CharField(blank=True, max_length=200)),
                ("persons", models.IntegerField()),
                ("households", models.IntegerField()),
                ("villages", models.IntegerField()),
                (
                    "unknown",
                    models.JSONField(default=list, help_text="[{rule, township, subjects}]"),
                ),
                ("current", models.BooleanField(default=False)),
                ("loaded_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-as_of", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("current", True)),
                        fields=("current",),
                        name="one_current_run",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="screening.run",
                    ),
                ),
                ("rule", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=80)),
                ("kind_zh", models.CharField(max_length=120)),
                ("kind_en", models.CharField(max_length=200)),
                ("group", models.CharField(blank=True, max_length=30)),
                ("severity", models.CharField(max_length=10)),
                ("state", models.CharField(max_length=12)),
                ("subject", models.CharField(max_length=10)),
                ("township", models.CharField(blank=True, max_length=80)),
                ("village_code", models.CharField(max_length=12)),
                ("village", models.CharField(blank=True, max_length=80)),
                ("household_number", models.CharField(blank=True, max_length=40)),
                ("person_number", models.CharField(blank=True, max_length=40)),
                ("clause", models.CharField(blank=True, max_length=80)),
                ("clause_path", models.CharField(blank=True, max_length=200)),
                ("sentence_zh", models.TextField()),
                ("sentence_en", models.TextField()),
                ("evidence", models.JSONField(default=list)),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        fields=["run", "village_code", "id"],
                        name="finding_by_village",
                        opclasses=["int8_ops", "text_pattern_ops", "int8_ops"],
                    ),
                    models.Index(fields=["run", "kind", "id"], name="finding_by_kind"),
                    models.Index(fields=["run", "household_number"], name="finding_by_household"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Scenario",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "snapshot_hash",
                    models.CharField(help_text="data it was first tried on", max_length=80),
                ),
                ("as_of", models.DateField(help_text="date of that data")),
                (
                    "pack",
                    models.CharField(help_text="pack whose figures were changed", max_length=80),
                ),
                (
                    "changes",
                    models.JSONField(
                        default=dict, help_text="{parameter: value as people write it}"
                    ),
                ),
                ("area_code", models.CharField(max_length=12)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("by", "name"), name="a_scenario_name_once_for_its_author"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="a_scenario_has_a_name",
                    ),
                ],
            },
        ),
    ]
