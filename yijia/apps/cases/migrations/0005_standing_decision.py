"""The grade of the last decision is kept while another round looks again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_guards_of_houses")]
    operations = [
        migrations.AddField(model_name="case", name="standing_level", field=models.SmallIntegerField(null=True)),
        migrations.AddField(model_name="case", name="standing_result", field=models.JSONField(null=True)),
        migrations.RunSQL(
            "UPDATE cases_case SET standing_level = level, standing_result = result "
            "WHERE resident_id IS NOT NULL AND decided_at IS NOT NULL AND state IN ('decided', 'appealed', 'expired')",
            migrations.RunSQL.noop,
        ),
    ]
