from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_notices_waited_for"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="case",
            name="one_open_case_of_a_kind_per_place",
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state", "open"),
                    models.Q(("place_code", ""), _negated=True),
                    models.Q(("effect", "none"), _negated=True),
                ),
                fields=("place_code", "procedure"),
                name="one_open_case_of_a_kind_per_place",
            ),
        ),
    ]
