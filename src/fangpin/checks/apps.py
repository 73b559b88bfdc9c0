from django.apps import AppConfig


class ChecksConfig(AppConfig):
    name = "fangpin.checks"
    label = "checks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fangpin.places.followers import follow

        follow("checks.Hit", "village_code", holds=False)
