from django.apps import AppConfig


class CluesConfig(AppConfig):
    name = "fangpin.clues"
    label = "clues"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fangpin.clues.closing import close
        from fangpin.clues.following import clues_follow
        from fangpin.clues.tasks import calendar_changed, enqueue_from_run
        from fangpin.foundation.calendar.actions import on_calendar_changed
        from fangpin.foundation.rotation import closed_by
        from fangpin.people.messages.digest import counted_by
        from fangpin.places.followers import follow
        from fangpin.registry.following import follow_household
        from fangpin.screening.further_answers import answers_from
        from fangpin.screening.loaded import when_loaded

        for model in ("Clue", "ClueReason", "ClueAnswer", "ReturnedAnswer"):
            follow(f"clues.{model}", "village_code", holds=model == "Clue")
        closed_by("clues", close)
        counted_by("clues", "fangpin.clues.queries.checking.waiting")
        on_calendar_changed(calendar_changed)
        follow_household("clues.Clue", clues_follow)
        when_loaded("clues", enqueue_from_run)
        answers_from("clues", "fangpin.clues.labels.labels")
