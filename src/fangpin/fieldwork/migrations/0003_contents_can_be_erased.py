"""An erasure empties what a visit or an entry tells about somebody."""

from django.db import migrations

import fangpin.foundation.fields


class Migration(migrations.Migration):
    dependencies = [("fieldwork", "0002_row_security")]
    operations = [
        migrations.AlterField(
            model_name="dispute",
            name="content",
            field=fangpin.foundation.fields.SealedField(null=True),
        ),
        migrations.AlterField(
            model_name="visit",
            name="content",
            field=fangpin.foundation.fields.SealedField(null=True),
        ),
    ]
