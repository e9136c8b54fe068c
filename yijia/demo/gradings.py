"""Three gradings under way: one being assessed, one put to the vote, one on public notice."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from yijia.apps.cases import actions
from yijia.apps.cases.models import Case
from yijia.base import accounts, instruments
from yijia.base.models import User
from yijia.core.permissions import Actor
from yijia.demo.county.plan import Client, County

_NAMES = UUID("5f0f7c0e-3f6b-4c1e-9d55-2a4b7c9e1f00")
SELF = {
    "eating": "dependent", "continence": "dependent", "bathing": "dependent", "dressing": "dependent",
    "toileting": "partial", "transfer": "independent",
}  # fmt: skip
MONTHS = 9
HEAVY, LIGHTER = 0, 1  # how far from the heaviest option of each item


def grade(county: County, at: datetime) -> int:
    """Live them through the real actions by people with their own rights; how many there are."""
    with_family = [one for one in county.clients if one.insured_class != "none" and one.user_id]
    stories = zip(with_family[:3], (_assessing, _voting, _noticed), strict=False)
    for serial, (client, story) in enumerate(stories):
        story(county, _begun(county, client, serial, at), at + timedelta(minutes=20))
    return min(3, len(with_family))


def _begun(county: County, client: Client, serial: int, at: datetime) -> Case:
    family, agency = _actor(client.user_id, at), _official(county, "agency_clerk", at)
    case = actions.apply(
        client_id=uuid5(_NAMES, f"{county.plan.place.code}/{county.plan.seed}/{serial}"), resident_id=client.id, answers=SELF,
        months_disabled=MONTHS, applicant=client.signer, relation=client.relation, by=family, at=at,
    )  # fmt: skip
    actions.move(case_id=case.pk, event="submit", by=family, at=at)
    actions.move(case_id=case.pk, event="accept", by=agency, at=at + timedelta(minutes=10))
    for seat, name in enumerate(("assessor", "assessor2"), start=1):
        user_id = county.officials[name]
        actions.assign(case_id=case.pk, seat=seat, user_id=user_id, by=agency, at=at + timedelta(minutes=12))
    return case


def _assessing(county: County, case: Case, at: datetime) -> None:
    _enter(county, case, "assessor2", HEAVY, at)


def _voting(county: County, case: Case, at: datetime) -> None:
    _enter(county, case, "assessor", HEAVY, at)
    _enter(county, case, "assessor2", LIGHTER, at)


def _noticed(county: County, case: Case, at: datetime) -> None:
    _enter(county, case, "assessor", HEAVY, at)
    _enter(county, case, "assessor2", HEAVY, at)
    actions.move(case_id=case.pk, event="publish", by=_official(county, "agency_clerk", at), at=at)


def _enter(county: County, case: Case, name: str, lean: int, at: datetime) -> None:
    answers = dict(_answers(county, case.instrument, lean, at))
    actions.submit_entry(case_id=case.pk, answers=answers, by=_official(county, name, at), at=at)


def _answers(county: County, instrument: str, lean: int, at: datetime) -> Iterator[tuple[str, str]]:
    found = instruments.find(instrument, jurisdiction=county.plan.place.code, on=at.date())
    for item in getattr(found, "items", ()):
        yield item.id, item.options[min(lean, len(item.options) - 1)].id


def _official(county: County, name: str, at: datetime) -> Actor:
    return _actor(county.officials[name], at)


def _actor(user_id: int, at: datetime) -> Actor:
    return accounts.actor_for(User.objects.get(pk=user_id), at)
