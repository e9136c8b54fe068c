"""Both parties see their cooperation and nobody else does; what is written once stays; no two of a kind overlap."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from yijia.base.scope import append_only, two_party_policy

_KINDS = ("medical_cooperation", "outsourcing", "designation", "consortium")


def _alone(kind: str) -> RunSQL:
    """One binding cooperation of a kind between a pair at a time; LEAST and GREATEST make the pair one whoever drafted."""
    first = "LEAST(organisation_id, partner_id)"
    second = "GREATEST(organisation_id, partner_id)"
    return RunSQL(
        f"ALTER TABLE agreements_cooperation ADD CONSTRAINT cooperation_alone_{kind} EXCLUDE USING gist ("
        f"int8range({first}, {first}, '[]') WITH &&, int8range({second}, {second}, '[]') WITH &&, "
        f"daterange(force_from, valid_until) WITH &&) "
        f"WHERE (kind = '{kind}' AND state IN ('signed', 'in_force', 'suspended'))",
        f"ALTER TABLE agreements_cooperation DROP CONSTRAINT cooperation_alone_{kind}",
    )


class Migration(migrations.Migration):
    dependencies = [("agreements", "0006_cooperations")]
    operations = [
        two_party_policy("agreements_cooperation"),
        two_party_policy("agreements_cooperationevent"),
        two_party_policy("agreements_partysignature"),
        two_party_policy("agreements_performance"),
        two_party_policy("agreements_breach"),
        append_only("agreements_cooperationevent"),
        append_only("agreements_partysignature"),
        append_only("agreements_performance"),
        *(_alone(kind) for kind in _KINDS),
        RunSQL("CREATE SEQUENCE agreements_cooperation_number", "DROP SEQUENCE agreements_cooperation_number"),
    ]
