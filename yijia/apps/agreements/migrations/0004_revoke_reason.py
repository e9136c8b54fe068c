"""Why a paper was taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_guards")]
    operations = [
        migrations.AddField(
            model_name="agreement",
            name="revoke_reason",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
    ]
