"""What is written once stays written: confirmations, versions, votes, events, letters, and entries once handed in."""

from django.db import migrations

from yijia.base.scope import append_only

_ENTRY = """
CREATE FUNCTION cases_entry_handed_in() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'an entry that was handed in is never changed'
   USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER handed_in BEFORE UPDATE OR DELETE ON cases_entry FOR EACH ROW
WHEN (OLD.submitted_at IS NOT NULL) EXECUTE FUNCTION cases_entry_handed_in();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("base", "0002_guards")]
    operations = [
        append_only("cases_instrumentconfirmation"),
        append_only("cases_procedureversion"),
        append_only("cases_vote"),
        append_only("cases_caseevent"),
        append_only("cases_letter"),
        migrations.RunSQL(_ENTRY, "DROP TRIGGER handed_in ON cases_entry; DROP FUNCTION cases_entry_handed_in();"),
        migrations.RunSQL("CREATE SEQUENCE cases_case_number", "DROP SEQUENCE cases_case_number"),
        migrations.RunSQL("CREATE SEQUENCE cases_letter_number", "DROP SEQUENCE cases_letter_number"),
    ]
