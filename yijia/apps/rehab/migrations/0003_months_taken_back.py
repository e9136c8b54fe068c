"""A settled month can be taken back; what the family pays itself stands in the evaluation."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from yijia.base.scope import append_only, tenant_policy


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0005_link_kinds"),
        ("rehab", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthTakenBack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("why", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("why", ""), _negated=True), name="taken_back_says_why")
                ]
            },
        ),
        migrations.RemoveConstraint(
            model_name="monthsettlement",
            name="month_settled_once",
        ),
        migrations.AddField(
            model_name="monthlyevaluation",
            name="own_fen",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="monthsettlement",
            name="serial",
            field=models.SmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="monthsettlement",
            name="shares",
            field=models.JSONField(default=dict),
        ),
        migrations.AddConstraint(
            model_name="monthlyevaluation",
            constraint=models.CheckConstraint(condition=models.Q(("own_fen__gte", 0)), name="evaluation_own_part"),
        ),
        migrations.AddConstraint(
            model_name="monthsettlement",
            constraint=models.UniqueConstraint(fields=("placement", "month", "serial"), name="month_settled_serial"),
        ),
        migrations.AddField(
            model_name="monthtakenback",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="monthtakenback",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.organisation"
            ),
        ),
        migrations.AddField(
            model_name="monthtakenback",
            name="settlement",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="taken_back", to="rehab.monthsettlement"
            ),
        ),
        tenant_policy("rehab_monthtakenback"),
        append_only("rehab_monthtakenback"),
    ]
