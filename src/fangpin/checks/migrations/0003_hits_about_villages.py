from django.db import migrations, models


class Migration(migrations.Migration):
    """Rules about villages are asked of the registry's village table, too."""

    dependencies = [("checks", "0002_row_security")]

    operations = [
        migrations.AlterField(
            model_name="hit",
            name="unit",
            field=models.CharField(
                max_length=10,
                choices=[
                    ("person", "Person"),
                    ("household", "Household"),
                    ("village", "Village"),
                ],
            ),
        ),
    ]
