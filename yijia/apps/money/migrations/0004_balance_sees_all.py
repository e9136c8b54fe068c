"""The balance of a voucher is checked over all its postings, whatever the connection may see when it commits.

The function says so itself and gives the sight back: `ALTER FUNCTION … SET` of this setting is a superuser's right, and
the application is none.
"""

from django.db import migrations

SEES_ALL = """
CREATE OR REPLACE FUNCTION yijia_voucher_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE difference bigint; sides bigint; before text;
BEGIN
  before := coalesce(current_setting('yijia.tenants', true), '');
  PERFORM set_config('yijia.tenants', '*', true);
  SELECT coalesce(sum(debit_fen - credit_fen), 0), count(*) INTO difference, sides FROM money_posting
   WHERE voucher_id = coalesce((to_jsonb(NEW)->>'voucher_id')::bigint, (to_jsonb(NEW)->>'id')::bigint);
  PERFORM set_config('yijia.tenants', before, true);
  IF difference <> 0 OR sides < 2 THEN
    RAISE EXCEPTION 'voucher does not balance: % fen over % postings', difference, sides USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("money", "0003_refund_handover")]
    operations = [migrations.RunSQL(SEES_ALL, migrations.RunSQL.noop)]
