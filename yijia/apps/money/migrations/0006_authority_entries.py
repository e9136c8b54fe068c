"""An authority keeps entries of its own: they name a place instead of an institution, and no institution sees them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care", "0003_order_number"),
        ("money", "0005_balance_by_index"),
        ("registry", "0004_resident_facts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="voucher",
            name="jurisdiction",
            field=models.CharField(blank=True, max_length=9),
        ),
        migrations.AlterField(
            model_name="posting",
            name="organisation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.organisation"
            ),
        ),
        migrations.AlterField(
            model_name="voucher",
            name="organisation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="voucher",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("jurisdiction", ""), ("organisation__isnull", False)),
                    models.Q(("organisation__isnull", True), models.Q(("jurisdiction", ""), _negated=True)),
                    _connector="OR",
                ),
                name="voucher_has_keeper",
            ),
        ),
    ]
