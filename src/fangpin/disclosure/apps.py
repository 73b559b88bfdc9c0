from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "fangpin.disclosure"
    label = "disclosure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fangpin.foundation.rotation import closed_by
        from fangpin.places.followers import follow
        from fangpin.registry.sealing import close

        closed_by("disclosure", close)
        for model in ("PostedNotice", "Submission", "OfficePhone"):
            follow(f"disclosure.{model}", "area_code", holds=False)
        follow("disclosure.PostedNotice", "where_code", holds=False)
