"""An episode says which package of its programme was signed for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care", "0005_guards_of_episodes"),
    ]

    operations = [
        migrations.AddField(
            model_name="episode",
            name="package",
            field=models.CharField(blank=True, max_length=30),
        ),
    ]
