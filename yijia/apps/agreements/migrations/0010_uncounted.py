"""What was counted and turned out not to have been counts no more."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from yijia.base.scope import append_only, two_party_policy


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0009_signing_codes"),
        ("registry", "0005_link_kinds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Uncounted",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("why", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "by",
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
                    "partner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                    ),
                ),
                (
                    "performance",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uncounted",
                        to="agreements.performance",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "uncounted",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("why", ""), _negated=True), name="uncounted_says_why")
                ],
            },
        ),
        two_party_policy("agreements_uncounted"),
        append_only("agreements_uncounted"),
    ]
