from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "fangpin.screening"
    label = "screening"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fangpin.places.followers import follow
        from fangpin.registry.following import follow_household
        from fangpin.screening.moved import findings_follow

        follow("screening.Finding", "village_code", holds=False)
        follow_household("screening.Finding", findings_follow)
