"""What departments sent about persons lies closed in the database.

What was loaded before is not carried over: load the runs again (`fangpin load RUN`).
"""

from django.db import migrations

import fangpin.foundation.fields

CLOSED = (
    ("returnedrow", "delivered"),
    ("returnedrow", "taken_as"),
    ("linkquestion", "delivered"),
    ("linkcandidate", "registered"),
    ("linkdecision", "seen"),
)


class Migration(migrations.Migration):
    dependencies = [("feeds", "0002_link_review")]
    operations = [
        operation
        for model, name in CLOSED
        for operation in (
            migrations.RemoveField(model, name),
            migrations.AddField(
                model,
                f"{name}_closed",
                fangpin.foundation.fields.SealedField(null=True),
            ),
        )
    ]
