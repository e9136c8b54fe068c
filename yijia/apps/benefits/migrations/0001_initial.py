"""Entitlements, their payment orders, and what was confirmed, tried and proposed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from yijia.base.scope import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("money", "0006_authority_entries"),
        ("registry", "0004_resident_facts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30, unique=True)),
                ("office", models.CharField(max_length=9)),
                ("order_count", models.IntegerField()),
                ("total_fen", models.BigIntegerField()),
                ("exported_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "exported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("order_count__gt", 0), ("total_fen__gt", 0)), name="batch_pays"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Entitlement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=60)),
                ("policy_key", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=80)),
                ("name_en", models.CharField(max_length=160)),
                ("jurisdiction", models.CharField(max_length=9)),
                ("office", models.CharField(max_length=9)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("found", "found"),
                            ("checking", "checking"),
                            ("told", "told"),
                            ("agreed", "agreed"),
                            ("declined", "declined"),
                            ("noticed", "noticed"),
                            ("approved", "approved"),
                            ("stopped", "stopped"),
                            ("dropped", "dropped"),
                        ],
                        max_length=10,
                    ),
                ),
                ("state_at", models.DateTimeField()),
                ("payment", models.CharField(max_length=30)),
                ("amount_fen", models.BigIntegerField(null=True)),
                ("unit", models.CharField(blank=True, max_length=10)),
                ("found_on", models.DateField()),
                ("found_by", models.CharField(max_length=20)),
                ("since_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("why", models.JSONField(default=list)),
                ("doubts", models.JSONField(default=list)),
                ("question", models.CharField(blank=True, max_length=300)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("is_agreed", models.BooleanField(default=False)),
                ("notice_until_on", models.DateField(null=True)),
                ("edition", models.CharField(max_length=40)),
                ("evidence", models.CharField(max_length=10)),
                ("version", models.IntegerField(default=1)),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entitlements", to="registry.resident"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ["agreed", "approved", "checking", "declined", "found", "noticed", "told"])
                        ),
                        fields=("resident", "scheme", "office"),
                        name="entitlement_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "stopped"), _negated=True), ("until_on__isnull", False), _connector="OR"
                        ),
                        name="entitlement_stop_has_month",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["office", "state"], name="benefits_en_office_c9b722_idx"),
                    models.Index(fields=["resident"], name="benefits_en_residen_efa13f_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceConfirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("policy_key", models.CharField(max_length=80)),
                ("jurisdiction", models.CharField(max_length=9)),
                ("part", models.CharField(max_length=20)),
                ("edition", models.CharField(max_length=40)),
                ("document", models.CharField(max_length=120)),
                ("note", models.CharField(blank=True, max_length=300)),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("policy_key", "jurisdiction", "part", "edition"), name="evidence_confirmed_once"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="NightlyPass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("region", models.CharField(max_length=9)),
                ("counts", models.JSONField(default=dict)),
                ("ran_at", models.DateTimeField()),
                (
                    "ran_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["region", "ran_at"], name="benefits_ni_region_bb32ed_idx")]},
        ),
        migrations.CreateModel(
            name="PaymentOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=60)),
                ("office", models.CharField(max_length=9)),
                ("jurisdiction", models.CharField(max_length=9)),
                ("month", models.DateField()),
                ("amount_fen", models.BigIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "held"),
                            ("ready", "ready"),
                            ("exported", "exported"),
                            ("paid", "paid"),
                            ("stopped", "stopped"),
                            ("recovering", "recovering"),
                            ("recovered", "recovered"),
                        ],
                        max_length=10,
                    ),
                ),
                ("state_at", models.DateTimeField()),
                ("held_for", models.JSONField(default=list)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("policy_key", models.CharField(max_length=80)),
                ("edition", models.CharField(max_length=40)),
                ("clause", models.CharField(blank=True, max_length=80)),
                ("sources", models.JSONField(default=list)),
                ("evidence", models.CharField(max_length=10)),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="benefits.batch",
                    ),
                ),
                (
                    "entitlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="benefits.entitlement"
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_orders",
                        to="registry.resident",
                    ),
                ),
                (
                    "voucher",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="money.voucher"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["recovered", "recovering", "stopped"]), _negated=True),
                        fields=("resident", "scheme", "month"),
                        name="payment_order_once",
                    ),
                    models.UniqueConstraint(fields=("entitlement", "month"), name="payment_order_once_each"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["held", "stopped"]), ("amount_fen__gt", 0), _connector="OR"),
                        name="payment_order_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["held", "stopped"]), ("voucher__isnull", False), _connector="OR"
                        ),
                        name="payment_order_booked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["held", "ready", "stopped"]), ("batch__isnull", False), _connector="OR"
                        ),
                        name="payment_order_out_has_batch",
                    ),
                ],
                "indexes": [models.Index(fields=["office", "state", "month"], name="benefits_pa_office_6fde4a_idx")],
            },
        ),
        migrations.CreateModel(
            name="BenefitEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event", models.CharField(max_length=12)),
                ("from_state", models.CharField(blank=True, max_length=10)),
                ("to_state", models.CharField(max_length=10)),
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
                    "entitlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="benefits.entitlement"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="benefits.paymentorder",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["entitlement", "at"], name="benefits_be_entitle_3c0ecd_idx")]},
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=80)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("region", models.CharField(max_length=9)),
                ("changes", models.JSONField(default=dict)),
                ("population", models.CharField(max_length=80)),
                ("on", models.DateField()),
                ("result", models.JSONField(default=dict)),
                ("proposed_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        append_only("benefits_benefitevent"),
        append_only("benefits_evidenceconfirmation"),
        append_only("benefits_nightlypass"),
    ]
