from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "fangpin.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fangpin.foundation.rotation import closed_by
        from fangpin.places.followers import follow
        from fangpin.registry.sealing import close

        closed_by("registry", close)
        follow("registry.Household", "village_code")
