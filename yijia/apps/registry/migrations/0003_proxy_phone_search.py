"""A caller is found by the telephone of a proxy as well."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_guards")]
    operations = [
        migrations.AddField("proxy", "phone_hash", models.BinaryField(null=True)),
        migrations.AddIndex("proxy", models.Index(fields=["phone_hash"], name="registry_pr_phone_h_36bab7_idx")),
    ]
