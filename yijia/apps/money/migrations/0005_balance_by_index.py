"""The balance of a voucher is read by its index.

An expression over the new row inside the WHERE clause is not leak-proof, so row-level security kept it from the index, and
each entry read the whole ledger; a variable is.
"""

from django.db import migrations

BY_INDEX = """
CREATE OR REPLACE FUNCTION yijia_voucher_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE difference bigint; sides bigint; before text; ours bigint;
BEGIN
  ours := coalesce((to_jsonb(NEW)->>'voucher_id')::bigint, (to_jsonb(NEW)->>'id')::bigint);
  before := coalesce(current_setting('yijia.tenants', true), '');
  PERFORM set_config('yijia.tenants', '*', true);
  SELECT coalesce(sum(debit_fen - credit_fen), 0), count(*) INTO difference, sides FROM money_posting WHERE voucher_id = ours;
  PERFORM set_config('yijia.tenants', before, true);
  IF difference <> 0 OR sides < 2 THEN
    RAISE EXCEPTION 'voucher does not balance: % fen over % postings', difference, sides USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("money", "0004_balance_sees_all")]
    operations = [migrations.RunSQL(BY_INDEX, migrations.RunSQL.noop)]
