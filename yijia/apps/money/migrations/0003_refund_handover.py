"""A refund waits at the desk until it is handed over; receipts are numbered; entries are booked on the day they are posted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from yijia.base.scope import append_only, tenant_policy

POSTING_DAY = """
ALTER TABLE money_voucher ADD CONSTRAINT voucher_on_posting_day
  CHECK (business_on = (posted_at AT TIME ZONE 'Asia/Shanghai')::date);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("care", "0003_order_number"),
        ("money", "0002_guards"),
        ("registry", "0003_proxy_phone_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RefundHandover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("receiver_name", models.CharField(max_length=60)),
                ("handed_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AlterField(
            model_name="settlement",
            name="voucher",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="money.voucher"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_fen", 0), ("voucher__isnull", True)),
                    models.Q(("amount_fen__gt", 0), ("voucher__isnull", False)),
                    _connector="OR",
                ),
                name="settlement_posted",
            ),
        ),
        migrations.AddField(
            model_name="refundhandover",
            name="handed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="refundhandover",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.organisation"
            ),
        ),
        migrations.AddField(
            model_name="refundhandover",
            name="refund",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="handover", to="money.refund"
            ),
        ),
        migrations.AddField(
            model_name="refundhandover",
            name="voucher",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="money.voucher"
            ),
        ),
        tenant_policy("money_refundhandover"),
        append_only("money_refundhandover"),
        migrations.RunSQL(POSTING_DAY, "ALTER TABLE money_voucher DROP CONSTRAINT voucher_on_posting_day"),
        migrations.RunSQL("CREATE SEQUENCE money_receipt_number", "DROP SEQUENCE money_receipt_number"),
    ]
