from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "fangpin.feeds"
    label = "feeds"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fangpin.feeds.moved import links_follow, villages_follow
        from fangpin.places.followers import afterwards, follow
        from fangpin.registry.following import follow_household

        follow_household("feeds.LinkQuestion", links_follow)
        follow("feeds.Coverage", "village_code", holds=False)
        follow("feeds.LinkCandidate", "village_code", holds=False)
        afterwards("feeds.LinkQuestion", villages_follow)
