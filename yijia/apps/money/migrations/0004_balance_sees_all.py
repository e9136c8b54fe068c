"""The balance of a voucher is checked over all its postings, whatever the connection may see when it commits."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("money", "0003_refund_handover")]
    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION yijia_voucher_balanced() SET yijia.tenants = '*'",
            "ALTER FUNCTION yijia_voucher_balanced() RESET yijia.tenants",
        )
    ]
