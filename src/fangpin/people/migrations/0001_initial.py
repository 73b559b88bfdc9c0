import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import fangpin.foundation.fields
from fangpin.foundation.made_together import MadeTogether


class Migration(MadeTogether):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("department", "Department"),
                            ("township_government", "Township Government"),
                            ("village_committee", "Village Committee"),
                            ("stationed_team", "Stationed Team"),
                            ("bank", "Bank"),
                            ("insurer", "Insurer"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True, help_text="unified social credit code", max_length=18
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="people.unit",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="places.place",
                    ),
                ),
                (
                    "feed_name",
                    models.CharField(
                        blank=True,
                        help_text="how contracts of feeds name it as a sender",
                        max_length=80,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["place__code", "kind", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to", None)),
                        fields=("place", "name"),
                        name="one_unit_of_a_name_in_a_place",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("valid_to", None), models.Q(("code", ""), _negated=True)
                        ),
                        fields=("code",),
                        name="one_unit_of_a_credit_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="a_unit_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parent", models.F("id")), _negated=True),
                        name="a_unit_is_not_its_own_parent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="email address"),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="date joined"
                    ),
                ),
                ("full_name", models.CharField(blank=True, max_length=80)),
                ("title_zh", models.CharField(blank=True, max_length=80)),
                ("title_en", models.CharField(blank=True, max_length=120)),
                ("password_set_at", models.DateTimeField(blank=True, null=True)),
                (
                    "is_demo",
                    models.BooleanField(default=False, help_text="exists in a demonstration only"),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "abstract": False,
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Charge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="charges",
                        to="people.unit",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="charges",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="charges",
                        to="places.place",
                    ),
                ),
                ("household_number", models.CharField(blank=True, max_length=40)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["place__code", "id"],
                "indexes": [models.Index(fields=["household_number"], name="charge_by_household")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("unit__isnull", False), ("user__isnull", False), _connector="OR"
                        ),
                        name="a_charge_names_a_unit_or_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="a_charge_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Post",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="posts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("county_bureau", "County Bureau"),
                            ("township_officer", "Township Officer"),
                            ("village_worker", "Village Worker"),
                            ("department_liaison", "Department Liaison"),
                            ("approver", "Approver"),
                            ("leader", "Leader"),
                            ("auditor", "Auditor"),
                            ("system_administrator", "System Administrator"),
                            ("security_administrator", "Security Administrator"),
                            ("audit_administrator", "Audit Administrator"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="places.place",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="people.unit",
                    ),
                ),
                ("department", models.CharField(blank=True, max_length=80)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["user", "valid_from"], name="post_by_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "department_liaison"), _negated=True),
                            models.Q(("department", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_liaison_names_the_department",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                (
                                    "auditor",
                                    "system_administrator",
                                    "security_administrator",
                                    "audit_administrator",
                                ),
                            ),
                            ("place__isnull", False),
                            _connector="OR",
                        ),
                        name="a_post_names_its_place",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations",
                        to="people.post",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegated",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("given_at", models.DateTimeField(auto_now_add=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_at",
                    models.DateTimeField(help_text="taken back before the last day", null=True),
                ),
                (
                    "ended_by",
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
                "indexes": [models.Index(fields=["to", "last_day"], name="delegation_by_receiver")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))),
                        name="a_delegation_ends_after_it_begins",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FirstPassword",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="first_passwords",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("used_at", None)),
                        fields=("user",),
                        name="one_first_password_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Gateway",
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
                        choices=[("email", "email"), ("sms", "sms")], max_length=10, unique=True
                    ),
                ),
                ("content_closed", fangpin.foundation.fields.SealedField()),
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
                "ordering": ["kind"],
            },
        ),
        migrations.CreateModel(
            name="HouseholdListed",
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
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("day", models.DateField()),
                ("household_number", models.CharField(max_length=40)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["day"], name="household_listed_by_day"),
                    models.Index(fields=["household_number"], name="listed_by_household"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "day", "household_number"),
                        name="household_listed_once_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KnownDevice",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="known_devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("digest", fangpin.foundation.fields.BlindField()),
                ("seen_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "digest"), name="a_device_once_per_user"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
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
                            ("step", "Step"),
                            ("returned", "Returned"),
                            ("clue", "Clue"),
                            ("notice", "Notice"),
                            ("objection", "Objection"),
                            ("release", "Release"),
                            ("links", "Links"),
                            ("tomorrow", "Tomorrow"),
                            ("late", "Late"),
                            ("decision", "Decision"),
                            ("channel", "Channel"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "area_code",
                    models.CharField(
                        blank=True,
                        db_collation="C",
                        db_default="",
                        default="",
                        help_text="place it is about; empty: the system as a whole",
                        max_length=12,
                    ),
                ),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "apart",
                    models.ForeignKey(
                        help_text="not told, whatever the post: what one handed in is not one's own to release",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("about", models.CharField(blank=True, db_default="", default="", max_length=60)),
                ("task", models.CharField(blank=True, db_default="", default="", max_length=60)),
                ("key", models.CharField(max_length=120, null=True, unique=True)),
                (
                    "label",
                    models.CharField(
                        blank=True, default="", help_text="number of a case", max_length=40
                    ),
                ),
                ("what_zh", models.CharField(blank=True, default="", max_length=120)),
                ("what_en", models.CharField(blank=True, default="", max_length=160)),
                ("count", models.PositiveIntegerField(default=1)),
                ("day", models.DateField(help_text="until when it is to be done", null=True)),
                ("over_at", models.DateTimeField(null=True)),
                (
                    "spread_at",
                    models.DateTimeField(
                        help_text="when channels outward were considered", null=True
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["area_code", "-id"], name="message_by_area"),
                    models.Index(
                        condition=models.Q(("to", None), _negated=True),
                        fields=["to", "-id"],
                        name="message_by_user",
                    ),
                    models.Index(
                        condition=models.Q(("over_at", None)),
                        fields=["area_code"],
                        name="message_open",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("over_at", None)),
                        fastupdate=False,
                        fields=["roles"],
                        name="message_open_by_role",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["roles"], name="message_by_role"
                    ),
                    models.Index(
                        condition=models.Q(
                            ("over_at", None), models.Q(("task", ""), _negated=True)
                        ),
                        fields=["task"],
                        name="message_by_task",
                    ),
                    models.Index(
                        condition=models.Q(("about", ""), _negated=True),
                        fields=["about"],
                        name="message_by_subject",
                    ),
                    models.Index(fields=["at"], name="message_by_time"),
                    models.Index(
                        condition=models.Q(("spread_at", None)),
                        fields=["id"],
                        name="message_to_spread",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to__isnull", False),
                            models.Q(("roles", []), _negated=True),
                            _connector="OR",
                        ),
                        name="a_message_is_for_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "step",
                                    "returned",
                                    "clue",
                                    "notice",
                                    "objection",
                                    "release",
                                    "links",
                                    "tomorrow",
                                    "late",
                                    "decision",
                                    "channel",
                                ],
                            )
                        ),
                        name="message_kind_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MessageRead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reads",
                        to="people.message",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "message"), name="a_message_is_read_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonRead",
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
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("day", models.DateField()),
                ("person", models.BigIntegerField(help_text="id of the person of record")),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="person_read_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "day", "person"), name="person_read_once_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("digest", fangpin.foundation.fields.BlindField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "digest"), name="a_recovery_code_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("list_name", models.CharField(max_length=40)),
                ("name", models.CharField(blank=True, max_length=40)),
                ("query", models.CharField(blank=True, max_length=1000)),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("saved_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "ordering": ["list_name", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "list_name", "name"), name="a_view_is_called_once_per_list"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SecondFactor",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="second_factors",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("totp", "Totp"), ("passkey", "Passkey")], max_length=10
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=60)),
                ("secret", fangpin.foundation.fields.SealedField(null=True)),
                ("last_step", models.BigIntegerField(null=True)),
                ("credential_id", models.BinaryField(null=True)),
                (
                    "credential",
                    models.BinaryField(help_text="attested credential data, public key", null=True),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "totp")),
                        fields=("user",),
                        name="one_authenticator_app_per_user",
                    ),
                    models.UniqueConstraint(
                        fields=("credential_id",), name="a_passkey_belongs_to_one_user"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "passkey"), _negated=True),
                            ("credential__isnull", False),
                            _connector="OR",
                        ),
                        name="a_passkey_has_its_credential",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Channel",
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
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="channels",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="channels",
                        to="people.unit",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("email", "Email"),
                            ("sms", "Sms"),
                            ("wecom", "Wecom"),
                            ("dingtalk", "Dingtalk"),
                            ("feishu", "Feishu"),
                        ],
                        max_length=10,
                    ),
                ),
                ("address_closed", fangpin.foundation.fields.SealedField()),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_until", models.TimeField(null=True)),
                ("digest_hour", models.PositiveSmallIntegerField(null=True)),
                ("language", models.CharField(default="zh", max_length=2)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("code_nonce", models.CharField(blank=True, default="", max_length=32)),
                ("code_until", models.DateTimeField(null=True)),
                ("code_tries", models.PositiveSmallIntegerField(default=0)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "failures",
                    models.PositiveSmallIntegerField(default=0, help_text="sendings in a row"),
                ),
                (
                    "stopped_at",
                    models.DateTimeField(help_text="after too many failures", null=True),
                ),
                ("problem", models.CharField(blank=True, default="", max_length=40)),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ("email", "sms")),
                                ("unit", None),
                                ("user__isnull", False),
                            ),
                            models.Q(
                                ("kind__in", ("wecom", "dingtalk", "feishu")),
                                ("unit__isnull", False),
                                ("user", None),
                            ),
                            _connector="OR",
                        ),
                        name="a_channel_belongs_to_a_user_or_a_unit",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("user__isnull", False)),
                        fields=("user", "kind"),
                        name="a_user_has_one_channel_of_a_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("unit__isnull", False)),
                        fields=("unit", "kind"),
                        name="a_unit_has_one_channel_of_a_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("digest_hour", None), ("digest_hour__lte", 23), _connector="OR"
                        ),
                        name="a_digest_has_an_hour",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sendings",
                        to="people.channel",
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[("code", "Code"), ("messages", "Messages"), ("digest", "Digest")],
                        max_length=10,
                    ),
                ),
                (
                    "messages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("day", models.DateField(help_text="of a digest", null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("unsure", "Unsure"),
                            ("dropped", "Dropped"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, default="", max_length=40)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["next_at"],
                        name="sending_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("state", "sending")),
                        fields=["claimed_at"],
                        name="sending_under_way",
                    ),
                    models.Index(fields=["made_at"], name="sending_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("day__isnull", False)),
                        fields=("channel", "day"),
                        name="a_channel_gets_one_digest_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", fangpin.foundation.fields.BlindField()),
                ("address", models.GenericIPAddressField(null=True)),
                ("known_device", models.BooleanField(default=False)),
                ("succeeded", models.BooleanField()),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name", "at"], name="attempt_by_name"),
                    models.Index(fields=["address", "at"], name="attempt_by_address"),
                    models.Index(fields=["at"], name="attempt_by_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitDuty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties",
                        to="people.unit",
                    ),
                ),
                ("text", models.CharField(max_length=300)),
                ("pack", models.CharField(blank=True, max_length=60)),
                ("clause", models.CharField(blank=True, max_length=60)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["unit_id", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="a_duty_ends_after_it_begins",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UserSession",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("key", models.CharField(max_length=40, unique=True)),
                ("method", models.CharField(max_length=20)),
                ("agent", models.CharField(blank=True, max_length=80)),
                ("began_at", models.DateTimeField(auto_now_add=True)),
                ("seen_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-seen_at"],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=[("reading", "Reading")], max_length=20)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("day", models.DateField()),
                (
                    "count",
                    models.PositiveIntegerField(help_text="persons read on the day when it rang"),
                ),
                ("limit", models.PositiveIntegerField()),
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
                ("reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("kind", "user", "day"),
                        name="an_alarm_rings_once",
                    )
                ],
            },
        ),
    ]
