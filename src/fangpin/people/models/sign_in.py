"""What signing in rests on besides the password: second factors, recovery codes, attempts,
devices that are known, and the sessions that are open."""

from django.db import models
from django.db.models import Q

from fangpin.foundation.fields import BlindField, SealedField
from fangpin.people.models.user import User


class SecondFactor(models.Model):
    """Something a user has: an authenticator app (TOTP) or a passkey (WebAuthn)."""

    class Kind(models.TextChoices):
        TOTP = "totp"
        PASSKEY = "passkey"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="second_factors")
    kind = models.CharField(max_length=10, choices=Kind)
    label = models.CharField(max_length=60, blank=True)
    secret = SealedField(null=True)
    # The step of the last code that was accepted: no code counts twice (RFC 6238, 5.2).
    last_step = models.BigIntegerField(null=True)
    credential_id = models.BinaryField(null=True)
    credential = models.BinaryField(null=True, help_text="attested credential data, public key")
    made_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(kind="totp"), name="one_authenticator_app_per_user"
            ),
            models.UniqueConstraint(fields=["credential_id"], name="a_passkey_belongs_to_one_user"),
            models.CheckConstraint(
                condition=~Q(kind="passkey") | Q(credential__isnull=False),
                name="a_passkey_has_its_credential",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of user {self.user_id}"


class RecoveryCode(models.Model):
    """A code for the day the second factor is lost. Only its keyed hash is kept; used once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = BlindField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="a_recovery_code_once")
        ]

    def __str__(self) -> str:
        return f"recovery code of user {self.user_id}"


class SignInAttempt(models.Model):
    """One attempt. The name that was typed is kept as a keyed hash: it may be a password."""

    name = BlindField()
    address = models.GenericIPAddressField(null=True)
    known_device = models.BooleanField(default=False)
    succeeded = models.BooleanField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["name", "at"], name="attempt_by_name"),
            models.Index(fields=["address", "at"], name="attempt_by_address"),
            models.Index(fields=["at"], name="attempt_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {'in' if self.succeeded else 'failed'}"


class KnownDevice(models.Model):
    """A browser from which somebody has signed in. It spares no factor; it only keeps strangers
    who guess passwords from locking the owner out."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="known_devices")
    digest = BlindField()
    seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="a_device_once_per_user")
        ]

    def __str__(self) -> str:
        return f"device of user {self.user_id}"


class UserSession(models.Model):
    """An open session, so that its owner can see and end it. The session itself lies in Django's
    session table under `key`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    key = models.CharField(max_length=40, unique=True)
    method = models.CharField(max_length=20)
    agent = models.CharField(max_length=80, blank=True)
    began_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"session of user {self.user_id}"
