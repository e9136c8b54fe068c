"""Signed papers of the past: filled from the same model texts, frozen by the same SM3."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from yijia.apps.agreements import queries as agreements
from yijia.apps.agreements.models import Agreement, Signature
from yijia.apps.registry.models import Organisation, Resident
from yijia.base import editions
from yijia.base.crypto import sm3
from yijia.base.errors import refuse_if
from yijia.core.agreements import paper
from yijia.core.agreements.paper import Fields
from yijia.core.calendar import add_months, business_date
from yijia.demo import bulk
from yijia.demo.county.history.past import Past
from yijia.demo.county.plan import Client, County


class Papers:
    """A service agreement and a consent for each client, renewed when they end."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.houses = {house.pk: house for house in Organisation.objects.all()}
        self.standing: dict[tuple[int, str], tuple[int, date]] = {}  # (client, kind) → (paper, until)
        self._fields: dict[tuple[int, tuple[str, ...]], Fields] = {}

    def prepare(self, batch: list[Past]) -> None:
        """Have both papers signed before each visit of the batch; their ids go into `past.ids`."""
        rows: list[dict[str, Any]] = []
        signatures: list[dict[str, Any]] = []
        for past in batch:
            for kind in ("service", "consent"):
                past.ids[kind] = self._paper(past, kind, rows, signatures)
        bulk.load(Agreement, rows)
        bulk.load(Signature, signatures)

    def _paper(self, past: Past, kind: str, rows: list[dict[str, Any]], signatures: list[dict[str, Any]]) -> int:
        client, on = past.client, business_date(past.asked_at)
        held = self.standing.get((client.id, kind))
        if held is not None and held[1] > business_date(past.planned_from):
            return held[0]
        key = f"agreement:{kind}"
        template = refuse_if(editions.current().lookup(key, jurisdiction=self.county.plan.place.code, on=on))
        until = add_months(on, template.value["valid_months"])
        codes = past.repertoire if kind == "consent" else ()
        text = {
            **refuse_if(paper.fill(template.value, self._filled(client, codes, on, until))),
            "fields": {"item_codes": sorted(codes), "order_number": "", "institution": client.house.name, "resident_id": client.id},
            "template": {"key": template.key, "edition": template.edition, "jurisdiction": template.jurisdiction, "evidence": template.evidence.value},
        }  # fmt: skip
        (pk,) = bulk.draw_ids(Agreement, 1)
        signed_at = past.asked_at + timedelta(minutes=60)
        frozen = sm3(paper.canonical(text))
        rows.append(
            {
                "id": pk, "organisation_id": client.house.id, "kind": kind, "resident_id": client.id, "template_key": key,
                "template_edition": template.edition, "text": text, "text_sm3": frozen, "valid_from": on, "valid_until": until,
                "created_at": past.asked_at, "created_by_id": client.house.manager, "signed_at": signed_at, "signed_by_id": client.house.manager,
            }
        )  # fmt: skip
        signatures.append(self._signature(client, pk, frozen, signed_at))
        self.standing[client.id, kind] = (pk, until)
        return pk

    def _signature(self, client: Client, agreement_id: int, frozen: bytes, at: datetime) -> dict[str, Any]:
        """Signed on paper, and filed by the institution."""
        signer = "proxy" if client.is_family else "resident"
        row = {"signer": signer, "name": client.signer, "relation": client.relation, "method": "paper", "signed_at": at}
        drawn = Signature(agreement=Agreement(text_sm3=frozen), **row)
        return {
            **row, "organisation_id": client.house.id, "agreement_id": agreement_id, "sm3": agreements.signature_sm3(drawn),
            "signed_by_id": client.house.manager,
        }  # fmt: skip

    def _filled(self, client: Client, codes: tuple[str, ...], on: date, until: date) -> Fields:
        """The fields of one paper; what does not hang on the person is worked out once."""
        wanted = tuple(sorted(codes))
        key = (client.house.id, wanted)
        if key not in self._fields:
            nobody = Resident(name="", identity_masked="")
            found = agreements.fields_of(
                nobody, self.houses[client.house.id], item_codes=wanted, on=self.county.plan.on, until=until
            )
            self._fields[key] = refuse_if(found)
        common = self._fields[key]
        own = {
            "resident": client.name,
            "resident_identity": client.identity_masked,
            "date": on.isoformat(),
            "until": until.isoformat(),
        }
        return replace(common, plain={**common.plain, **{name: {"zh": text, "en": text} for name, text in own.items()}})
