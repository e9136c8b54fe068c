"""A stated figure stays as it was stated."""

from django.db import migrations

from yijia.base.scope import append_only


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_cases_of_institutions")]
    operations = [append_only("cases_statedfigure")]
