"""Order numbers are drawn from one sequence, so that two desks never give the same one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("care", "0002_guards")]
    operations = [migrations.RunSQL("CREATE SEQUENCE care_order_number", "DROP SEQUENCE care_order_number")]
