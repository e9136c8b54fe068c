"""The dry-run: change a number, see who gains and who loses, where, and what a year costs; nothing of policy changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from yijia.apps.benefits import forms, queries, words
from yijia.apps.benefits.screens.numbers import Number, change_of, name_of, numbers_of, said_of
from yijia.base import audit, dry_run, editions
from yijia.base.clock import business_date
from yijia.base.population import NoPopulation, Population, open_population, plan_of
from yijia.base.words import sentence
from yijia.core.benefits import Changes, Month, UnknownKey, parse_changes
from yijia.core.permissions import Actor, Permission, in_scope, may
from yijia.core.policy import Editions
from yijia.core.refusal import Refusal

MOST_PEOPLE = 50


@dataclass(frozen=True, slots=True)
class Cut:
    """The result by one dimension: rows for the table, figures for the chart."""

    code: str
    label: Any
    rows: tuple[dict[str, Any], ...]
    chart: dict[str, Any]

    @property
    def element(self) -> str:
        """The id of the element that holds the chart's figures."""
        return f"chart-{self.code}"


@dataclass(frozen=True, slots=True)
class Trial:
    """A dry-run asked and, where it could be asked, answered."""

    form: forms.DryRunForm
    result: Mapping[str, Any] | None
    refusal: Refusal | None
    changes: tuple[dict[str, Any], ...]
    cuts: tuple[Cut, ...]
    query: str
    may_propose: bool
    proposal: forms.ProposalForm

    @property
    def refusal_text(self) -> str:
        """Why it cannot be tried, in words."""
        return "" if self.refusal is None else sentence(self.refusal)


@dataclass(frozen=True, slots=True)
class Behind:
    """Some of the people behind one number."""

    outcome: str
    rows: tuple[dict[str, Any], ...]
    first: int
    where: tuple[tuple[str, str], ...]
    back: str
    here: str

    @property
    def last(self) -> int:
        """Which of them all the last one shown is."""
        return self.first + len(self.rows) - 1

    @property
    def next_from(self) -> int | None:
        """Where the next page begins; None after the last."""
        return self.first + MOST_PEOPLE if len(self.rows) == MOST_PEOPLE else None


@dataclass(frozen=True, slots=True)
class Kept:
    """A proposal as it is listed: its row, its place, and each change by name, from what to what."""

    row: Any
    place: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    rows: tuple[Kept, ...]
    me: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is tried: the people, the month, the editions, the changes."""

    people: Population
    month: Month
    changes: Changes | None
    against: Editions | None
    settings: tuple[str, ...]
    draft: str = ""

    @property
    def said(self) -> dict[str, str]:
        """What is changed, as a proposal keeps it: numbers, and the draft compared with."""
        return dict(text.split("=", 1) for text in self.settings) | ({"against": self.draft} if self.draft else {})


def trial(request: HttpRequest) -> Trial:
    """The form, and the answer when a number is changed."""
    form, known, outcome = _asked(request)
    result, refusal = None, outcome if isinstance(outcome, Refusal) else None
    if isinstance(outcome, Asked) and (outcome.changes is not None or outcome.against is not None):
        result = run(outcome)
        audit.read(request.actor, request.at, "benefits.dry_run", subject_type="benefits.population")
    return Trial(
        form=form, result=result, refusal=refusal, changes=tuple(_changes(result, known)) if result else (), cuts=tuple(_cuts(result)) if result else (),
        query=request.GET.urlencode(), may_propose=may(request.actor, Permission.BENEFIT_DRY_RUN), proposal=forms.ProposalForm(),
    )  # fmt: skip


def asked(request: HttpRequest) -> Asked | Refusal:
    """What the address asks to try, or why it cannot be tried."""
    return _asked(request)[2] or Refusal("benefits.nothing_changed")


def run(what: Asked) -> dict[str, Any]:
    """The answer of the core over the whole population."""
    return dry_run.dry_run(what.people, editions.current(), what.month, changes=what.changes, against=what.against)


_KEPT = (
    "gain", "lose", "people", "before_year_fen", "after_year_fen", "difference_year_fen", "before_unpriced", "after_unpriced", "changes", "by_district",
)  # fmt: skip


def kept(what: Asked) -> dict[str, Any]:
    """The answer as a proposal keeps it: sums and the result by district, nobody's name."""
    found = run(what)
    return {name: _storable(found[name]) for name in _KEPT}


def _storable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _storable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(part) for part in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def behind(request: HttpRequest) -> Behind | Refusal:
    """The people behind one number, masked; that they were looked at is on record."""
    what = asked(request)
    if isinstance(what, Refusal):
        return what
    outcome = "lose" if request.GET.get("outcome") == "lose" else "gain"
    cut, value = request.GET.get("cut", ""), request.GET.get("is", "")
    where = where_of(cut, value)
    asked_from = request.GET.get("from", "")
    first = max(1, int(asked_from)) if asked_from.isdigit() and len(asked_from) < 9 else 1
    rows = people_of(what, outcome, where, by=request.actor, at=request.at, first=first)
    if isinstance(rows, Refusal):
        return rows
    left, here = request.GET.copy(), request.GET.copy()
    here.pop("from", None)
    for name in ("outcome", "cut", "is", "from"):
        left.pop(name, None)
    shown = tuple(
        {**row, "district": words.district(row["district"]), "sex": words.name_of(words.SEXES, row["sex"] or "")}
        for row in rows
    )
    said = tuple((str(words.CUTS[cut]), _value(cut, value)) for cut, value in where.items())
    return Behind(outcome, shown, first, said, left.urlencode(), here.urlencode())


def where_of(cut: str, value: str) -> dict[str, Any]:
    """A cut with its value as the population holds it; empty for none."""
    if cut not in dry_run.CUTS or not value:
        return {}
    return {cut: int(value) if cut == "grade" and value.isdigit() else value}


def people_of(
    what: Asked, outcome: str, where: Mapping[str, Any], *, by: Actor, at: datetime, first: int = 1
) -> list[dict[str, Any]] | Refusal:
    """A page of the people behind one number, by their number and masked; that they were looked at is on record.

    first       which of them the page begins with, from 1

    Refuses     benefits.no_people_named: the population holds no numbers of people
    """
    if "person_id" not in what.people.columns:
        return Refusal("benefits.no_people_named")
    rows = dry_run.people_behind(
        what.people, editions.current(), what.month, outcome=outcome, changes=what.changes, against=what.against, where=where,
        limit=MOST_PEOPLE, skip=first - 1,
    )  # fmt: skip
    audit.note(
        verb="read", name="benefits.dry_run_people", by=by, at=at, subject_type="benefits.population",
        facts={"outcome": outcome, "first": first, "rows": len(rows), "population": what.people.folder.name, **{k: str(v) for k, v in where.items()}},
    )  # fmt: skip
    return rows


def ask(
    actor: Actor, *, population: str, region: str, month: Month, against: str = "", settings: tuple[str, ...] = ()
) -> Asked | Refusal:
    """What to try, put together from its parts; nothing is run yet.

    settings    the changes as the core reads them: KEY=VALUE

    Refuses     benefits.region_outside, .no_population, .nobody_there, .no_draft, .bad_draft, .nothing_changed
    Raises      UnknownKey: there is no such number, or not with such a value
    """
    people = _people(actor, population, region)
    if isinstance(people, Refusal):
        return people
    other = queries.draft_editions(against) if against else None
    if isinstance(other, Refusal):
        return other
    if not settings and other is None:
        return Refusal("benefits.nothing_changed")
    plan = plan_of(people, other or editions.current(), month)
    changes = parse_changes(settings, dry_run.schemes_in(plan)) if settings else None
    return Asked(people, month, changes, other, settings, against)


def keys_of(actor: Actor, population: str, region: str, month: Month) -> dict[str, Any] | Refusal:
    """The numbers that may be changed for a population, with what they are now."""
    people = _people(actor, population, region)
    if isinstance(people, Refusal):
        return people
    return dry_run.known_keys(plan_of(people, editions.current(), month))


def proposals(actor: Actor) -> Proposals:
    """What was kept, withdrawn ones included."""
    rows = queries.list_proposals(actor)[:100]
    return Proposals(tuple(Kept(row, words.place(row.region), _kept_changes(row)) for row in rows), actor.user_id)


def _kept_changes(row: Any) -> tuple[tuple[str, str], ...]:
    """What a proposal changes, by name, from what to what."""
    was = {change["key"]: change.get("before") for change in row.result.get("changes", ())}
    return tuple((name_of(key, row.region), change_of(key, was.get(key), value)) for key, value in row.changes.items())


def _asked(request: HttpRequest) -> tuple[forms.DryRunForm, dict[str, Number], Asked | Refusal | None]:
    populations, drafts = queries.list_populations(), queries.list_drafts()
    region = request.GET.get("region") or request.actor.jurisdiction or settings.REGION
    start = {
        "population": next((p for p in populations if p.startswith(region)), populations[0] if populations else ""), "region": region,
        "month": f"{business_date(request.at):%Y-%m}",
    }  # fmt: skip
    data = start | {name: value for name, value in request.GET.items() if value}
    people = _people(request.actor, data["population"], region)
    month = _month(data["month"], business_date(request.at))
    known: dict[str, Number] = {}
    if not isinstance(people, Refusal):
        known = numbers_of(dry_run.schemes_in(plan_of(people, editions.current(), month)))
    form = forms.DryRunForm(
        data, populations=populations, drafts=drafts, keys=[(key, number.label) for key, number in known.items()],
        regions=_regions(region, request.actor.jurisdiction or settings.REGION, people),
    )  # fmt: skip
    if isinstance(people, Refusal):
        form.errors.clear()
        return form, known, people
    if not form.is_valid():
        return form, known, None
    return form, known, _what(form, people, month)


def _what(form: forms.DryRunForm, people: Population, month: Month) -> Asked | Refusal:
    against = queries.draft_editions(form.cleaned_data["against"]) if form.cleaned_data["against"] else None
    if isinstance(against, Refusal):
        return against
    texts = form.settings()
    plan = plan_of(people, against or editions.current(), month)
    try:
        changes = parse_changes(texts, dry_run.schemes_in(plan)) if texts else None
    except UnknownKey as error:
        name = name_of(error.key, people.region)
        form.add_error(
            None,
            words.bad_number(name)
            if error.problem == "bad_value"
            else words.bad_change(name, error.problem, error.known),
        )
        return Refusal("benefits.unknown_change", {"change": error.key})
    return Asked(people, month, changes, against, tuple(texts), form.cleaned_data["against"])


def _people(actor: Actor, name: str, region: str) -> Population | Refusal:
    if not in_scope(actor, jurisdiction=region):
        return Refusal("benefits.region_outside", {"region": region})
    path = queries.population_path(name)
    if path is None:
        return Refusal("benefits.no_population")
    try:
        return open_population(path, region)
    except NoPopulation:
        return Refusal("benefits.nobody_there", {"region": region, "population": name})


def _regions(asked: str, home: str, people: Population | Refusal) -> list[tuple[str, str]]:
    """The reader's place, and the districts somebody of the population lives in; what was asked for is among them."""
    lived_in = [] if isinstance(people, Refusal) else [place for _hukou, place in people.places if place]
    codes = dict.fromkeys((home, asked, *sorted(lived_in)))
    return [(code, words.place(code) if code in (home, asked) else words.district(code)) for code in codes]


def _month(text: str, today: date) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        return Month.of(today)


def _changes(result: Mapping[str, Any], known: Mapping[str, Number]) -> list[dict[str, Any]]:
    return [
        {
            "place": words.place(change["jurisdiction"]), "name": known[change["key"]].name if change["key"] in known else change["key"],
            "before": said_of(change["key"], change["before"]), "after": said_of(change["key"], change["after"]),
        }
        for change in result["changes"]
    ]  # fmt: skip


def _cuts(result: Mapping[str, Any]) -> list[Cut]:
    made = []
    for code in dry_run.CUTS:
        rows = tuple({**row, "value": row[code], "label": _value(code, row[code])} for row in result[f"by_{code}"])
        touched = [row for row in rows if row["gain"] or row["lose"]][:40]
        chart = {
            "labels": [row["label"] for row in touched], "gain": [row["gain"] for row in touched], "lose": [-row["lose"] for row in touched],
            "names": [str(words.GAIN), str(words.LOSE)],
        }  # fmt: skip
        made.append(Cut(code, words.CUTS[code], rows, chart))
    return made


def _value(cut: str, value: Any) -> str:
    if cut == "district":
        return words.district(value) if value else str(words.NOT_KNOWN)
    if cut == "sex":
        return words.name_of(words.SEXES, value or "")
    return str(words.NOT_KNOWN) if value is None else str(value)
