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
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40, unique=True)),
                ("file", models.CharField(max_length=200)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("content", models.CharField(blank=True, max_length=64)),
                ("on", models.DateField(help_text="the day from which changes hold")),
                ("income_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("conditions_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "Checking"),
                            ("checked", "Checked"),
                            ("refused", "Refused"),
                            ("applying", "Applying"),
                            ("applied", "Applied"),
                            ("stale", "Stale"),
                            ("discarded", "Discarded"),
                            ("reversed", "Reversed"),
                        ],
                        default="checking",
                        max_length=10,
                    ),
                ),
                ("counts", models.JSONField(default=dict)),
                (
                    "withheld",
                    models.JSONField(default=list, help_text="headers the post may not write"),
                ),
                ("left_out", models.JSONField(default=list, help_text="headers that are no field")),
                ("problem_zh", models.TextField(blank=True)),
                ("problem_en", models.TextField(blank=True)),
                ("job", models.UUIDField(null=True)),
                (
                    "repeat_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.import",
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
                (
                    "applied_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("applied_at", models.DateTimeField(null=True)),
                ("context", models.UUIDField(editable=False, null=True)),
                ("made", models.JSONField(default=dict, editable=False)),
                (
                    "reversed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reversed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["content"], name="import_by_content")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "applied"), _negated=True),
                            ("applied_at__isnull", False),
                            _connector="OR",
                        ),
                        name="an_applied_import_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "reversed"), _negated=True),
                            ("reversed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="a_reversed_import_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40, unique=True)),
                ("as_of", models.DateField()),
                ("hash", models.CharField(max_length=64)),
                ("villages", models.PositiveIntegerField()),
                ("households", models.PositiveIntegerField()),
                ("persons", models.PositiveIntegerField()),
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
                (
                    "removed_at",
                    models.DateTimeField(help_text="its files are gone; the row stays", null=True),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
    ]
