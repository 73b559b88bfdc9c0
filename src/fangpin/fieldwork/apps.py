from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "fangpin.fieldwork"
    label = "fieldwork"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Each says what it gives to phones and takes from them.
        # What is asked first stands first on the phone.
        from fangpin.fieldwork import clue_answers, case_steps, return_visits, visits  # noqa: F401, I001
        from fangpin.places.followers import follow

        follow("fieldwork.Visit", "village_code", holds=False)
        follow("fieldwork.Sent", "village_code", holds=False)
