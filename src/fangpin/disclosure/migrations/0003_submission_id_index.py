"""The hash of an applicant's number is called like everywhere else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0002_row_security")]

    operations = [
        migrations.RemoveIndex("submission", "submission_by_person"),
        migrations.RenameField("submission", "person", "id_index"),
        migrations.AddIndex(
            "submission",
            models.Index(
                fields=["id_index"],
                name="submission_by_person",
                condition=models.Q(("id_index__isnull", False)),
            ),
        ),
    ]
