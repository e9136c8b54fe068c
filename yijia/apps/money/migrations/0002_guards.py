"""The database's own guards: each tenant sees its own rows; what is written once stays written."""

from django.db import migrations

from yijia.base.scope import append_only, tenant_policy

BALANCED = """
CREATE FUNCTION yijia_voucher_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE difference bigint; sides bigint;
BEGIN
  SELECT coalesce(sum(debit_fen - credit_fen), 0), count(*) INTO difference, sides FROM money_posting
   WHERE voucher_id = coalesce((to_jsonb(NEW)->>'voucher_id')::bigint, (to_jsonb(NEW)->>'id')::bigint);
  IF difference <> 0 OR sides < 2 THEN
    RAISE EXCEPTION 'voucher does not balance: % fen over % postings', difference, sides USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER voucher_balanced AFTER INSERT ON money_voucher DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION yijia_voucher_balanced();
CREATE CONSTRAINT TRIGGER posting_balanced AFTER INSERT ON money_posting DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION yijia_voucher_balanced();
"""
UNBALANCED = """
DROP TRIGGER voucher_balanced ON money_voucher;
DROP TRIGGER posting_balanced ON money_posting;
DROP FUNCTION yijia_voucher_balanced();
"""


class Migration(migrations.Migration):
    dependencies = [("money", "0001_initial"), ("base", "0002_guards")]
    operations = [
        tenant_policy("money_charge"),
        tenant_policy("money_chargeline"),
        tenant_policy("money_voucher"),
        tenant_policy("money_posting"),
        tenant_policy("money_payment"),
        tenant_policy("money_refund"),
        tenant_policy("money_settlement"),
        tenant_policy("money_hold"),
        append_only("money_charge"),
        append_only("money_chargeline"),
        append_only("money_voucher"),
        append_only("money_posting"),
        append_only("money_payment"),
        append_only("money_refund"),
        append_only("money_settlement"),
        migrations.RunSQL(BALANCED, UNBALANCED),
    ]
