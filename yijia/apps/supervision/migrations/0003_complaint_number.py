"""Complaint numbers are drawn from one sequence, so that two desks never give the same one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0002_guards")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE supervision_complaint_number", "DROP SEQUENCE supervision_complaint_number")
    ]
