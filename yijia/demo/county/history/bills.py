"""Bills of the past: priced by the same core, posted as the same balanced entries."""

from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any

from django.db import connection

from yijia.apps.catalogue import queries as catalogue
from yijia.apps.money import queries as money
from yijia.apps.money.actions.pricing import plain
from yijia.apps.money.models import Charge, ChargeLine, Payment, Posting, Settlement, Voucher
from yijia.base import editions
from yijia.core.calendar import business_date
from yijia.core.catalogue.area import distance_km
from yijia.core.pricing import facts as pricing
from yijia.core.pricing import ledger
from yijia.core.pricing.facts import Breakdown, Payer
from yijia.core.pricing.quote import quote
from yijia.core.refusal import Refusal
from yijia.demo import bulk
from yijia.demo.county.plan import Client, County

if TYPE_CHECKING:
    from datetime import datetime

    from yijia.demo.county.history.past import Past


class Bills:
    """Quotes by the filings of the county, and the rows of money."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.filings = catalogue.priced_filings_for_system([house.id for house in county.houses])
        self.items = catalogue.items(county.plan.on, county.plan.place.code)
        self._quotes: dict[tuple[Any, ...], Breakdown | None] = {}

    def quote(self, client: Client, code: str) -> Breakdown | None:
        """What one item costs this client at home; None when it cannot be priced."""
        away = distance_km(client.house.lon, client.house.lat, client.lon, client.lat)
        insured = None if client.insured_class == "none" else client.insured_class
        key = (client.house.id, code, ceil(away), insured)  # bands end at whole kilometres
        if key not in self._quotes:
            plan = self.county.plan
            visit = pricing.Visit(
                jurisdiction=plan.place.code, on=plan.on.replace(day=1), items=(pricing.Use(code, Decimal(1)),), service=self.items[code].service,
                distance_km=away, insured_class=insured,
            )  # fmt: skip
            found = quote(visit, editions.current(), self.filings[client.house.id])
            self._quotes[key] = None if isinstance(found, Refusal) else found
        return self._quotes[key]

    def write(self, batch: "list[Past]") -> None:
        """Charge, payment, settlement, and the vouchers behind them."""
        self.rows: dict[Any, list[dict[str, Any]]] = {
            model: [] for model in (Voucher, Posting, Charge, ChargeLine, Payment, Settlement)
        }
        vouchers = iter(bulk.draw_ids(Voucher, 4 * len(batch)))
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('money_receipt_number') FROM generate_series(1, %s)", [len(batch)])
            receipts = iter([row[0] for row in cursor.fetchall()])
        for past, charge in zip(batch, bulk.draw_ids(Charge, len(batch)), strict=True):
            self._charge(past, charge, next(vouchers))
            self._pay(past, next(vouchers), next(vouchers), next(receipts))
            self._settle(past, next(vouchers))
        for model, rows in self.rows.items():
            bulk.load(model, rows)

    def _charge(self, past: "Past", pk: int, voucher: int) -> None:
        bill, house, on = past.breakdown, past.client.house, business_date(past.planned_from)
        reasons: dict[str, dict[str, Any]] = {}
        for line in bill.lines:
            for reason in line.reasons:
                said = reasons.setdefault(reason.code, {"code": reason.code, "facts": plain(reason.facts), "lines": []})
                said["lines"].append(line.code)
        self.rows[Charge].append(
            {
                "id": pk, "organisation_id": house.id, "order_id": past.ids["order"], "resident_id": past.client.id, "total_fen": bill.total_fen,
                "by_payer": {payer.value: fen for payer, fen in bill.by_payer.items()}, "reasons": list(reasons.values()),
                "edition": next(iter(bill.editions), ""), "priced_at": past.confirmed_at,
            }
        )  # fmt: skip
        for line in bill.lines:
            self.rows[ChargeLine] += [
                {
                    "organisation_id": house.id, "charge_id": pk, "kind": line.kind.value, "code": line.code[:20],
                    "name": money.name_of_line(line, {}, self.county.plan.place.code, on)[:60], "unit": line.unit[:20],
                    "quantity": line.quantity, "unit_fen": line.unit_fen, "filed_unit_fen": line.filed_unit_fen, "exact_fen": str(line.exact_fen),
                    "amount_fen": fen, "payer": payer.value, "filing_id": line.filing_id, "policy_key": line.policy_key, "jurisdiction": line.jurisdiction,
                    "edition": line.edition, "clause": (line.clause or "")[:40], "sources": list(line.sources), "evidence": line.evidence.value,
                }
                for payer, fen in line.payers.items()
                if fen
            ]  # fmt: skip
        entry = ledger.post_charge(bill, resident=f"resident:{past.client.id}", institution=f"organisation:{house.id}")
        self._post(entry, voucher, f"charge:order:{past.ids['order']}", past, past.confirmed_at, None)

    def _pay(self, past: "Past", paid: int, applied: int, receipt: int) -> None:
        """At the desk, in one sum; nothing when insurance paid all."""
        due, house, at = past.breakdown.by_payer[Payer.PATIENT], past.client.house, past.paid_at
        if not due:
            return
        clerk, resident = self.county.officials["clerk"], f"resident:{past.client.id}"
        self._post(
            ledger.post_payment(due, desk=f"desk:{house.id}", resident=resident),
            paid,
            f"payment:{past.client_id}",
            past,
            at,
            clerk,
        )
        self.rows[Payment].append(
            {
                "organisation_id": house.id, "order_id": past.ids["order"], "client_id": past.client_id, "provider": "cash", "amount_fen": due,
                "receipt_no": f"SK{business_date(at):%y%m%d}{receipt:06d}", "payer_name": past.client.signer, "received_at": at, "received_by_id": clerk,
                "voucher_id": paid,
            }
        )  # fmt: skip
        self._post(
            ledger.post_apply(due, resident=resident), applied, f"apply:payment:{past.client_id}", past, at, None
        )

    def _settle(self, past: "Past", voucher: int) -> None:
        total, house = past.breakdown.total_fen, past.client.house
        self._post(
            ledger.post_settlement(total, institution=f"organisation:{house.id}"), voucher, f"settlement:order:{past.ids['order']}", past, past.paid_at, None
        )  # fmt: skip
        self.rows[Settlement].append(
            {
                "organisation_id": house.id, "order_id": past.ids["order"], "amount_fen": total, "settled_at": past.paid_at,
                "voucher_id": voucher if total else None,
            }
        )  # fmt: skip

    def _post(
        self, entry: ledger.Entry | None, pk: int, key: str, past: "Past", at: "datetime", by: int | None
    ) -> None:
        if entry is None:
            return
        house = past.client.house.id
        self.rows[Voucher].append(
            {
                "id": pk, "organisation_id": house, "key": key, "kind": entry.kind.value, "order_id": past.ids["order"], "posted_at": at,
                "posted_by_id": by, "business_on": business_date(at),
            }
        )  # fmt: skip
        self.rows[Posting] += [
            {
                "organisation_id": house, "voucher_id": pk, "account": row.account.value, "party": row.party, "debit_fen": row.debit_fen,
                "credit_fen": row.credit_fen,
            }
            for row in entry.postings
        ]  # fmt: skip
