"""What is filled into a paper: the two parties, the items with their risks, the cancellation terms in force."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from yijia.apps.agreements import words
from yijia.apps.catalogue import queries as catalogue
from yijia.apps.registry.models import Organisation, Resident
from yijia.base import editions
from yijia.core.agreements.paper import Fields
from yijia.core.policy import Value
from yijia.core.refusal import Refusal


def fields_of(
    resident: Resident, organisation: Organisation, *, item_codes: Sequence[str], on: date, until: date
) -> Fields | Refusal:
    """The fields of one paper, in both languages.

    Refuses     agreements.unknown_item
    """
    known = catalogue.items(on, organisation.jurisdiction)
    unknown = [code for code in item_codes if code not in known]
    if unknown:
        return Refusal("agreements.unknown_item", {"item_code": unknown[0]})
    chosen = [known[code] for code in item_codes]
    shown = chosen or [
        known[code]
        for code in sorted(catalogue.offered_codes_for_system([organisation.pk])[organisation.pk])
        if code in known
    ]
    risks = editions.current().lookup("agreement:risks", jurisdiction=organisation.jurisdiction, on=on)
    plain = {
        "institution": {"zh": organisation.name, "en": organisation.name_en or organisation.name},
        "institution_code": _same(organisation.code),
        "institution_phone": _same(organisation.phone),
        "licence_no": _same(organisation.licence_no),
        "resident": _same(resident.name),
        "resident_identity": _same(resident.identity_masked),
        "items": {
            "zh": "、".join(item.zh for item in shown) or "以服务单为准",
            "en": ", ".join(item.en for item in shown) or "as the order says",
        },
        "cancellation": catalogue.cancellation_words(organisation.pk, on),
        "date": _same(on.isoformat()),
        "until": _same(until.isoformat()),
    }
    return Fields(plain, {"items": [_item(item, risks) for item in chosen]})


def _same(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def _item(item: catalogue.Item, risks: Value | Refusal) -> dict[str, dict[str, str]]:
    role = words.STAFF_ROLES.get(item.staff_role, (item.staff_role, item.staff_role))
    against = item.value.value.get("contraindications") or {
        "zh": "现场评估认为不适合居家进行时",
        "en": "when the assessment on site finds that home is not the place",
    }
    return {
        "item": {"zh": item.zh, "en": item.en},
        "staff_role": {"zh": role[0], "en": role[1]},
        "duration": _same(str(item.duration_min)),
        "risks": _risks(item, risks),
        "contraindications": {"zh": _stop(against["zh"], "。"), "en": _stop(against["en"], ".")},
    }


def _risks(item: catalogue.Item, risks: Value | Refusal) -> dict[str, str]:
    """The risks of the kinds of care an item belongs to; the general ones where none is written."""
    if isinstance(risks, Refusal):
        return {"zh": "由上门人员当面说明。", "en": "Explained in person by the staff."}
    by_need: Any = risks.value["by_need"]
    found = [by_need[need] for need in item.needs if need in by_need] or [risks.value["general"]]
    return {"zh": "".join(text["zh"] for text in found), "en": " ".join(text["en"] for text in found)}


def _stop(text: str, stop: str) -> str:
    return text if text.endswith(("。", ".")) else text + stop
