from typing import Any

from django.db import migrations


def first_spells(apps: Any, schema_editor: Any) -> None:
    """Every place that is there already has had its name and code since it began."""
    Place, PlaceSpell = apps.get_model("places", "Place"), apps.get_model("places", "PlaceSpell")
    PlaceSpell.objects.bulk_create(
        PlaceSpell(
            place=place,
            code=place.code,
            name=place.name,
            parent_id=place.parent_id,
            began_on=place.valid_from,
            ended_on=place.valid_to,
        )
        for place in Place.objects.all()
    )


class Migration(migrations.Migration):
    dependencies = [("places", "0002_history_and_villages")]

    operations = [migrations.RunPython(first_spells, migrations.RunPython.noop)]
