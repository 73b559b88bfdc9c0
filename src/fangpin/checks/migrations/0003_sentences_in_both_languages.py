from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checks", "0002_row_security")]
    operations = [
        migrations.RenameField("hit", "sentence", "sentence_zh"),
        migrations.AddField(
            "hit", "sentence_en", models.CharField(blank=True, db_default="", max_length=600)
        ),
    ]
