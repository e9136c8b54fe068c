"""An episode says which package was signed for, where the person is, and who is asked to take it over; a week is a record."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care", "0005_guards_of_episodes"),
        ("registry", "0005_link_kinds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="episode",
            name="asked",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.organisation"
            ),
        ),
        migrations.AddField(
            model_name="episode",
            name="package",
            field=models.CharField(blank=True, max_length=30),
        ),
        migrations.AddField(
            model_name="episode",
            name="setting",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AlterField(
            model_name="episoderecord",
            name="kind",
            field=models.CharField(
                choices=[
                    ("service", "Service"),
                    ("week", "Week"),
                    ("qualification", "Qualification"),
                    ("review", "Review"),
                    ("referral", "Referral"),
                    ("settlement", "Settlement"),
                    ("closing", "Closing"),
                ],
                max_length=14,
            ),
        ),
        migrations.AddConstraint(
            model_name="episode",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked__isnull", True), ("state", "referred"), _connector="OR"),
                name="episode_asked_while_referred",
            ),
        ),
    ]
