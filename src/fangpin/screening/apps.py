from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "fangpin.screening"
    label = "screening"
    default_auto_field = "django.db.models.BigAutoField"
