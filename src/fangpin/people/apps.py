from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "fangpin.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fangpin.people.row_security import grant_tables
        from fangpin.places.followers import follow

        post_migrate.connect(grant_tables, sender=self)
        follow("people.Message", "area_code", holds=False)
