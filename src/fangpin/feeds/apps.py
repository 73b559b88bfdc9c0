from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "fangpin.feeds"
    label = "feeds"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fangpin.feeds.moved import links_follow
        from fangpin.registry.following import follow_household

        follow_household("feeds.LinkQuestion", links_follow)
