"""Who cannot come, and from when until when."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from yijia.base.scope import tenant_policy


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0003_proxy_phone_search"),
        ("visits", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("away_from", models.DateTimeField()),
                ("away_until", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("noted_at", models.DateTimeField()),
                (
                    "noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.organisation"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="absences", to="registry.staff"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["staff", "away_until"], name="visits_abse_staff_i_a64e54_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("away_until__gt", models.F("away_from"))), name="absence_period"
                    )
                ],
            },
        ),
        tenant_policy("visits_absence"),
    ]
