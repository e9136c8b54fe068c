"""A visit's record answers the follow-ups that are due as well."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0004_duty_lead")]

    operations = [migrations.AddField("record", "answers", models.JSONField(default=dict))]
