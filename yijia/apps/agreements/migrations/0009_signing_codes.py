"""One-time codes to sign with, given out by staff; behind the wall of their institution."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from yijia.base.scope import tenant_policy


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0008_signature_proofs"),
        ("registry", "0005_link_kinds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="signature",
            name="method",
            field=models.CharField(
                choices=[
                    ("glass", "Glass"),
                    ("witnessed_fingerprint", "Witnessed Fingerprint"),
                    ("paper", "Paper"),
                    ("spoken", "Spoken"),
                    ("certificate", "Certificate"),
                    ("code", "Code"),
                ],
                max_length=24,
            ),
        ),
        migrations.CreateModel(
            name="SigningCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_enc", models.BinaryField()),
                ("most_tries", models.SmallIntegerField()),
                ("given_at", models.DateTimeField()),
                ("giver", models.CharField(max_length=60)),
                ("valid_until", models.DateTimeField()),
                ("is_out", models.BooleanField(default=True)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="codes", to="agreements.agreement"
                    ),
                ),
                (
                    "given_by",
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
                    models.UniqueConstraint(
                        condition=models.Q(("is_out", True)), fields=("agreement",), name="signing_code_one_out"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gt", models.F("given_at"))), name="signing_code_expires"
                    ),
                ],
            },
        ),
        tenant_policy("agreements_signingcode"),
    ]
