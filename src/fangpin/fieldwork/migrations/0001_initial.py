import uuid

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
            name="Device",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("agent", models.CharField(blank=True, max_length=80)),
                ("secret", fangpin.foundation.fields.SealedField(null=True)),
                ("began_at", models.DateTimeField(auto_now_add=True)),
                ("synced_at", models.DateTimeField(help_text="data went down", null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "why_ended",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("signed_out", "Signed Out"),
                            ("lost", "Lost"),
                            ("right_ended", "Right Ended"),
                            ("replaced", "Replaced"),
                        ],
                        max_length=12,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["user"], name="live_device"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_at", None), ("secret", None), _connector="OR"),
                        name="an_ended_device_has_no_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("client_id", models.UUIDField(unique=True)),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent",
                        to="fieldwork.device",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("visit", "Visit"), ("clue", "Clue"), ("step", "Step")],
                        max_length=5,
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.household",
                    ),
                ),
                (
                    "village_code",
                    models.CharField(blank=True, db_collation="C", db_default="", max_length=12),
                ),
                (
                    "subject",
                    models.CharField(
                        blank=True, help_text="clue:1, case:7, visit:3", max_length=40
                    ),
                ),
                ("digest", models.BinaryField(max_length=32)),
                ("content", fangpin.foundation.fields.SealedField(null=True)),
                (
                    "said",
                    fangpin.foundation.fields.SealedField(
                        help_text="why it was refused, in both languages", null=True
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("taken", "Taken"),
                            ("refused", "Refused"),
                            ("conflict", "Conflict"),
                            ("seen_to", "Seen To"),
                        ],
                        max_length=8,
                    ),
                ),
                ("claimed_at", models.DateTimeField(help_text="by the phone's clock", null=True)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                (
                    "seen_to_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["village_code", "-id"], name="sent_by_village"),
                    models.Index(fields=["user", "-id"], name="sent_by_user"),
                    models.Index(
                        condition=models.Q(("state__in", ["refused", "conflict"])),
                        fields=["village_code", "-id"],
                        name="sent_unsettled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="fieldwork.sent",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fieldwork.device",
                    ),
                ),
                ("digest", models.BinaryField(max_length=32)),
                ("content", fangpin.foundation.fields.SealedField(null=True)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                ("seen_to_at", models.DateTimeField(null=True)),
                (
                    "seen_to_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sent", "digest"), name="the_same_other_content_is_kept_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("client_id", models.UUIDField(unique=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pictures",
                        to="fieldwork.sent",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True, help_text="id of the attachment rule", max_length=40
                    ),
                ),
                ("size", models.PositiveIntegerField()),
                ("received", models.PositiveIntegerField(default=0)),
                ("name", models.CharField(blank=True, max_length=32)),
                ("key", fangpin.foundation.fields.SealedField(null=True)),
                ("kind", models.CharField(blank=True, max_length=4)),
                ("width", models.PositiveIntegerField(null=True)),
                ("height", models.PositiveIntegerField(null=True)),
                ("began_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent", None)),
                        fields=["began_at"],
                        name="picture_nobody_claimed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="fieldwork.picture",
                    ),
                ),
                ("offset", models.PositiveIntegerField()),
                ("size", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=32)),
                ("key", fangpin.foundation.fields.SealedField(null=True)),
            ],
            options={
                "ordering": ["offset"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("picture", "offset"), name="a_piece_is_kept_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
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
                        related_name="visits",
                        to="registry.household",
                    ),
                ),
                ("village_code", models.CharField(db_collation="C", max_length=12)),
                ("on", models.DateField()),
                ("purpose", models.CharField(max_length=20)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sent",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visit",
                        to="fieldwork.sent",
                    ),
                ),
                ("content", fangpin.foundation.fields.SealedField(null=True)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-on", "-pk"],
                "indexes": [
                    models.Index(fields=["household", "-on"], name="visit_by_household"),
                    models.Index(fields=["village_code", "-on"], name="visit_by_village"),
                ],
            },
        ),
    ]
