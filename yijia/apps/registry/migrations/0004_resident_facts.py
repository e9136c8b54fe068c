"""Dated facts about a resident, confirmed by somebody; corrections are new rows."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from yijia.base.scope import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0003_proxy_phone_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ResidentFact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("code", models.CharField(max_length=40)),
                ("level", models.SmallIntegerField(null=True)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("source", models.CharField(max_length=80)),
                ("is_void", models.BooleanField(default=False)),
                ("confirmed_at", models.DateTimeField()),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="registry.residentfact",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="facts", to="registry.resident"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["resident", "kind"], name="registry_re_residen_14dbed_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on__isnull", True), ("until_on__gt", models.F("from_on")), _connector="OR"
                        ),
                        name="fact_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_void", False), ("replaces__isnull", False), _connector="OR"),
                        name="fact_void_replaces",
                    ),
                ],
            },
        ),
        append_only("registry_residentfact"),
    ]
