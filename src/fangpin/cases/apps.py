from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "fangpin.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fangpin.cases.hooks import calendar_changed, households_with_open_case
        from fangpin.cases.moved import household_moved
        from fangpin.clues.procedure import households_in_procedure
        from fangpin.foundation.calendar.actions import on_calendar_changed
        from fangpin.foundation.rotation import closed_by
        from fangpin.people.messages.digest import counted_by
        from fangpin.places.followers import follow
        from fangpin.registry.following import follow_household
        from fangpin.registry.sealing import close

        closed_by("cases", close)
        counted_by("cases", "fangpin.cases.queries.tasks.waiting")
        on_calendar_changed(calendar_changed)
        households_in_procedure("cases", households_with_open_case)
        for model in ("Case", "Turn", "Publication"):
            follow(f"cases.{model}", "area_code", holds=False)
        follow("cases.Case", "place_code", holds=False)
        follow("cases.Publication", "where_code", holds=False)
        follow_household("cases", household_moved)
