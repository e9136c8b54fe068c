"""The administrator's pages as values."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml
from django.conf import settings
from django.core.paginator import Page, Paginator

from yijia.base import accounts, editions, names, policy_names, policy_words
from yijia.base.administration import queries
from yijia.base.administration.forms import PolicyForm
from yijia.base.clock import business_date
from yijia.base.models import ApiToken, RoleGrant, User
from yijia.base.words import is_english
from yijia.core.permissions import Actor, Role
from yijia.core.policy import Candidate, Evidence, Source, Value
from yijia.core.policy.frozen import plain

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class UserRow:
    id: int
    username: str
    display_name: str
    roles: tuple[str, ...]
    is_active: bool
    must_use_mfa: bool
    last_login: datetime | None


@dataclass(frozen=True, slots=True)
class Users:
    rows: tuple[UserRow, ...]
    page: Page[User]
    text: str
    role: str
    roles: tuple[tuple[str, str], ...]


def users(*, actor: Actor, at: datetime, text: str, role: str, page: int) -> Users:
    """Accounts with their living roles."""
    sheet = Paginator(queries.list_users(actor, text, role).prefetch_related("grants"), PER_PAGE).get_page(page)
    on = business_date(at)
    rows = tuple(
        UserRow(
            u.pk,
            u.username,
            u.display_name,
            tuple(dict.fromkeys(accounts.role_label(Role(g.role)) for g in u.grants.all() if _is_live(g, on))),
            u.is_active,
            u.must_use_mfa,
            u.last_login,
        )
        for u in sheet
    )
    return Users(rows, sheet, text, role, tuple((r.value, accounts.role_label(r)) for r in Role))


def _is_live(grant: RoleGrant, on: date) -> bool:
    return grant.revoked_at is None and grant.valid_from <= on and (grant.valid_until is None or on < grant.valid_until)


@dataclass(frozen=True, slots=True)
class GrantRow:
    id: int
    role: str
    where: str
    valid_from: date
    valid_until: date | None
    state: str  # of kind "account": live, later, ended, revoked


@dataclass(frozen=True, slots=True)
class UserPage:
    user: User
    is_self: bool
    is_locked: bool
    state: str
    grants: tuple[GrantRow, ...]
    tokens: tuple[tuple[ApiToken, str, bool], ...]  # the token, its role's name, whether it opens anything


def user(*, actor: Actor, at: datetime, user_id: int) -> UserPage:
    """One account: its state, roles, tokens."""
    found = queries.get_user(actor, user_id)
    grants = queries.list_grants(actor, user_id)
    houses = names.of("organisation", [g.organisation_id for g in grants])
    staff = names.of("staff", [g.staff_id for g in grants])
    people = names.of("resident", [g.resident_id for g in grants])
    on = business_date(at)
    rows = []
    for g in grants:
        where = policy_names.of_place(g.jurisdiction)[is_english()]
        parts = [
            where,
            houses.get(g.organisation_id or 0, ""),
            staff.get(g.staff_id or 0, ""),
            people.get(g.resident_id or 0, ""),
        ]
        state = "revoked" if g.revoked_at else "live" if _is_live(g, on) else "later" if g.valid_from > on else "ended"
        rows.append(
            GrantRow(
                g.pk,
                accounts.role_label(Role(g.role)),
                " · ".join(p for p in parts if p),
                g.valid_from,
                g.valid_until,
                state,
            )
        )
    tokens = tuple(
        (t, accounts.role_label(Role(t.role)), t.revoked_at is None and t.expires_at > at)
        for t in queries.list_tokens(actor, user_id)
    )
    is_locked = queries.is_locked(found, at)
    state = "closed" if not found.is_active else "locked" if is_locked else "active"
    return UserPage(found, found.pk == actor.user_id, is_locked, state, tuple(rows), tokens)


@dataclass(frozen=True, slots=True)
class Policy:
    form: PolicyForm
    jurisdiction: str
    on: date
    place: str
    rows: tuple["PolicyRow", ...]
    page: Page[Value]


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One value in the list: what it is called, who set it, since when, where it was read and how well."""

    value: Value
    name: str
    place: str
    sources: str
    weakest: str


def policy(*, at: datetime, data: Any) -> Policy:
    """Every value of one place on one day, those it says it does not know included; found by words, narrowed by evidence."""
    form, asked = _asked(at, data)
    found = [value for value in _standing(asked) if _matches(value, asked)]
    sheet = Paginator(found, PER_PAGE).get_page(asked["page"] or 1)
    place = policy_names.of_place(asked["jurisdiction"])[is_english()]
    return Policy(form, asked["jurisdiction"], asked["on"], place, tuple(_row(value) for value in sheet), sheet)


def _standing(asked: dict[str, Any]) -> list[Value]:
    known, found = editions.current(), []
    for key in known.keys:
        if not key.startswith(asked["kind"]):
            continue
        answer = known.lookup(key, jurisdiction=asked["jurisdiction"], on=asked["on"])
        if isinstance(answer, Value):
            found.append(answer)
        elif answer.code in {"policy.missing", "policy.insured_class"}:
            own = [v for v in known.of(key) if v.jurisdiction == answer.facts["at"] and v.holds_on(asked["on"])]
            found += own[:1]
    return found


def _matches(value: Value, asked: dict[str, Any]) -> bool:
    if asked["level"] and value.evidence.value != asked["level"]:
        return False
    wanted = (asked["q"] or "").strip().casefold()
    if not wanted:
        return True
    told = (
        value.key,
        *policy_names.of_key(value.key, value.jurisdiction),
        value.clause,
        value.note,
        *value.sources,
        policy_names.titles(value.sources),
    )
    return any(wanted in str(part).casefold() for part in told if part)


def _row(value: Value) -> PolicyRow:
    names = policy_names.of_key(value.key, value.jurisdiction)
    name = names[is_english()] if names[0] != value.key else ""
    weakest = max((Evidence(level) for level in value.weaker.values()), key=list(Evidence).index, default=None)
    place = policy_names.of_place(value.jurisdiction)[is_english()]
    return PolicyRow(value, name, place, policy_names.titles(value.sources[:2]), weakest.value if weakest else "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What holds on one day: the text of the value or the sentence why none does, and everything that was considered."""

    on: date
    value: Value | None
    text: str
    refusal: str
    candidates: tuple[tuple[Candidate, str], ...]
    sources: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class PolicyValue:
    form: PolicyForm
    key: str
    jurisdiction: str
    answer: Answer
    other: Answer | None
    is_same: bool


def policy_value(*, at: datetime, data: Any) -> PolicyValue:
    """One key in one place: the value, why it applies, its source; and, if asked, the same on another day."""
    form, asked = _asked(at, data)
    first = _answer(asked["key"], asked["jurisdiction"], asked["on"])
    other = _answer(asked["key"], asked["jurisdiction"], asked["other"]) if asked["other"] else None
    return PolicyValue(
        form, asked["key"], asked["jurisdiction"], first, other, other is not None and other.text == first.text
    )


def _asked(at: datetime, data: Any) -> tuple[PolicyForm, dict[str, Any]]:
    known = editions.current()
    places = sorted({value.jurisdiction for value in known.all_values} | {settings.REGION})
    kinds = sorted({key.partition(":")[0] + ":" for key in known.keys})
    start = {"jurisdiction": settings.REGION, "on": business_date(at).isoformat()}
    form = PolicyForm(start | {k: v for k, v in data.items() if v}, places=places, kinds=kinds)
    form.is_valid()
    asked = {name: form.cleaned_data.get(name) for name in form.fields}
    asked["jurisdiction"] = asked["jurisdiction"] or settings.REGION
    asked["on"] = asked["on"] or business_date(at)
    asked["kind"] = asked["kind"] or ""
    asked["q"], asked["level"] = asked["q"] or "", asked["level"] or ""
    asked["key"] = asked["key"] or ""
    return form, asked


def _answer(key: str, jurisdiction: str, on: date) -> Answer:
    known = editions.current()
    found = known.explain(key, jurisdiction=jurisdiction, on=on)
    english = is_english()
    value = found.outcome if isinstance(found.outcome, Value) else None
    refusal = (
        ""
        if isinstance(found.outcome, Value)
        else policy_words.sentence(found.outcome.code, found.outcome.facts)[english]
    )
    candidates = tuple((c, policy_words.VERDICTS[c.verdict][english]) for c in found.candidates)
    return Answer(
        on,
        value,
        _text(value.value) if value else "",
        refusal,
        candidates,
        tuple(_sources(value, known.sources)) if value else (),
    )


def _text(content: Any) -> str:
    bare = plain(content)
    return (
        bare
        if isinstance(bare, str)
        else yaml.safe_dump(_writable(bare), allow_unicode=True, sort_keys=False, width=100)
        .removesuffix("...\n")
        .strip()
    )


def _writable(content: Any) -> Any:
    if isinstance(content, dict):
        return {str(k): _writable(v) for k, v in content.items()}
    if isinstance(content, list | tuple):
        return [_writable(part) for part in content]
    return content if content is None or isinstance(content, str | int | bool | date) else str(content)


def _sources(value: Value, known: dict[str, Source]) -> list[dict[str, Any]]:
    out = []
    for name in value.sources:
        source = known[name]
        out.append(
            {
                "title": " ".join(p for p in (source.title, source.doc_no) if p),
                "clause": value.clause,
                "url": source.url,
                "evidence": Evidence(source.level).value,
            }
        )
    return out


@dataclass(frozen=True, slots=True)
class Messages:
    page: Page[Any]
    is_sink: bool


def messages(*, actor: Actor, page: int) -> Messages:
    """What was written to people; the sink shows the text, the number stays masked."""
    return Messages(
        Paginator(queries.list_messages(actor), PER_PAGE).get_page(page), settings.MESSAGE_PROVIDER.endswith(".Sink")
    )


@dataclass(frozen=True, slots=True)
class Outbox:
    which: str
    counts: dict[str, int]
    page: Page[Any]


def outbox(*, actor: Actor, at: datetime, which: str, page: int) -> Outbox:
    """News that waits, news that fell, news that was told."""
    which = which if which in {"due", "failed", "done"} else "due"
    sheet = Paginator(queries.list_deliveries(actor, which, at), PER_PAGE).get_page(page)
    return Outbox(which, queries.count_deliveries(actor), sheet)
