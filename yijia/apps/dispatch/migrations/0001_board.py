"""The board of a day, its plans and its changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from yijia.base.scope import append_only, tenant_policy


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0003_proxy_phone_search"),
        ("base", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Board",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("version", models.IntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("organisation", "on"), name="board_once")],
            },
        ),
        migrations.CreateModel(
            name="BoardChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("version", models.IntegerField()),
                ("kind", models.CharField(max_length=10)),
                ("facts", models.JSONField(default=dict)),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "on", "version"), name="board_change_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("kind", models.CharField(choices=[("day", "Day"), ("live", "Live"), ("undo", "Undo")], max_length=4)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("planning", "Planning"),
                            ("draft", "Draft"),
                            ("failed", "Failed"),
                            ("publishing", "Publishing"),
                            ("published", "Published"),
                            ("discarded", "Discarded"),
                        ],
                        max_length=10,
                    ),
                ),
                ("cause", models.JSONField(default=dict)),
                ("freedom", models.CharField(default="new", max_length=5)),
                ("board_version", models.IntegerField()),
                ("number", models.IntegerField(null=True)),
                ("seed", models.IntegerField(default=1)),
                ("progress", models.SmallIntegerField(default=0)),
                ("stops", models.JSONField(default=list)),
                ("figures", models.JSONField(default=dict)),
                ("unserved", models.JSONField(default=list)),
                ("outcome", models.JSONField(default=list)),
                ("asked_at", models.DateTimeField()),
                ("computed_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
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
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "on", "-asked_at"], name="dispatch_pl_organis_143c1d_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("number__isnull", False)),
                        fields=("organisation", "on", "number"),
                        name="plan_number_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("progress__range", (0, 100))), name="plan_progress"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True), ("number__isnull", False), _connector="OR"
                        ),
                        name="plan_published_has_number",
                    ),
                ],
            },
        ),
        tenant_policy("dispatch_board"),
        tenant_policy("dispatch_plan"),
        tenant_policy("dispatch_boardchange"),
        append_only("dispatch_boardchange"),
    ]
