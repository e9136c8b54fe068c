"""A month of visits that are over, written in bulk in the shapes in which the actions would have left them."""

from django.db import connection

from yijia.demo.county.history.bills import Bills
from yijia.demo.county.history.papers import Papers
from yijia.demo.county.history.past import Past, past_visits
from yijia.demo.county.history.rows import Rows
from yijia.demo.county.plan import County

BATCH = 2000


def make_history(county: County) -> None:
    """Every past order with its visit, papers, evidence, money and rating."""
    rows, papers, bills = Rows(county), Papers(county), Bills(county)
    batch: list[Past] = []
    made = 0
    for past in past_visits(county, bills):
        batch.append(past)
        if len(batch) == BATCH:
            made += _write(batch, rows, papers, bills)
            batch = []
    made += _write(batch, rows, papers, bills)
    county.counts["past_orders"] = made


def _write(batch: list[Past], rows: Rows, papers: Papers, bills: Bills) -> int:
    if not batch:
        return 0
    papers.prepare(batch)
    rows.write(batch, papers)
    bills.write([past for past in batch if past.is_priced])
    with connection.cursor() as cursor:
        # Vouchers balance, batch by batch; without fresh statistics each check would read the whole table.
        cursor.execute("ANALYZE")
        cursor.execute("SET CONSTRAINTS voucher_balanced IMMEDIATE")
        cursor.execute("SET CONSTRAINTS posting_balanced IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return len(batch)
