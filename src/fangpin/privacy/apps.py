from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "fangpin.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fangpin.places.followers import follow

        follow("privacy.PersonRequest", "village_code")
