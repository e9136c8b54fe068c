"""Cases in each state, made by the actions themselves."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from tests.cast import NOW, Cast
from yijia.apps.cases import actions, queries
from yijia.apps.cases.models import Case, Entry
from yijia.base import instruments

SELF = {
    "eating": "dependent", "continence": "dependent", "bathing": "dependent", "dressing": "dependent",
    "toileting": "independent", "transfer": "partial",
}  # fmt: skip
AFTER_NOTICE = NOW + timedelta(days=9)


def answers(instrument: str = "nhsa_ltc_2021", lean: int = 0) -> dict[str, str]:
    """The option so many places from each item's first: 0 is the heaviest dependence of the national standard."""
    found = instruments.find(instrument, jurisdiction="CN-441900", on=NOW.date())
    return {item.id: item.options[min(lean, len(item.options) - 1)].id for item in found.items}


def begun(cast: Cast, part: str = "relative", resident: str = "elder", at: datetime = NOW, **more: Any) -> Case:
    given = {
        "client_id": uuid.uuid4(), "resident_id": cast.residents[resident].pk, "answers": SELF, "months_disabled": 8,
        "applicant": "测试relative", "relation": "女",
    } | more  # fmt: skip
    return actions.apply(**given, by=cast.actors[part], at=at)


def submitted(cast: Cast, part: str = "relative", at: datetime = NOW, **more: Any) -> Case:
    case = begun(cast, part, at=at, **more)
    return actions.move(case_id=case.pk, event="submit", by=cast.actors[part], at=at)


def accepted(cast: Cast, at: datetime = NOW, **more: Any) -> Case:
    case = submitted(cast, at=at, **more)
    return actions.move(case_id=case.pk, event="accept", by=cast.actors["agency_clerk"], at=at)


def assigned(
    cast: Cast, assessors: tuple[str, str] = ("assessor", "second_assessor"), at: datetime = NOW, **more: Any
) -> Case:
    case = accepted(cast, at=at, **more)
    give(cast, case, assessors, at)
    return case


def give(cast: Cast, case: Case, assessors: tuple[str, str], at: datetime = NOW) -> None:
    for seat, part in enumerate(assessors, start=1):
        actions.assign(case_id=case.pk, seat=seat, user_id=cast.users[part].pk, by=cast.actors["agency_clerk"], at=at)


def enter(cast: Cast, case: Case, part: str, lean: int = 0, at: datetime = NOW, **more: Any) -> Entry:
    said = {"answers": answers(lean=lean)} | more
    return actions.submit_entry(case_id=case.pk, **said, by=cast.actors[part], at=at)


def differing(cast: Cast, at: datetime = NOW, **more: Any) -> Case:
    case = assigned(cast, at=at, **more)
    enter(cast, case, "assessor", 0, at)
    enter(cast, case, "second_assessor", 1, at)
    return queries.get_case(cast.actors["agency_clerk"], case.pk)


def agreed(cast: Cast, at: datetime = NOW) -> Case:
    case = assigned(cast, at=at)
    enter(cast, case, "assessor", 0, at)
    enter(cast, case, "second_assessor", 0, at)
    return queries.get_case(cast.actors["agency_clerk"], case.pk)


def noticed(cast: Cast, at: datetime = NOW) -> Case:
    case = agreed(cast, at)
    return actions.move(case_id=case.pk, event="publish", by=cast.actors["agency_clerk"], at=at)


def decided(cast: Cast, at: datetime = NOW) -> Case:
    case = noticed(cast, at)
    return actions.move(case_id=case.pk, event="decide", by=cast.actors["agency_clerk"], at=at + timedelta(days=9))


def confirmed(cast: Cast, instrument: str = "nhsa_ltc_2021", at: datetime = NOW) -> Any:
    found = instruments.find(instrument, jurisdiction="CN-441900", on=at.date())
    return actions.confirm_instrument(
        instrument=instrument, fingerprint=found.fingerprint, original="医保办发〔2021〕37号 附件", signed_name="测试regulator",
        by=cast.actors["regulator"], at=at,
    )  # fmt: skip
