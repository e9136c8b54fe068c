"""What an episode's person signs for: the package, and the papers made for it."""

from datetime import datetime
from typing import Any

from yijia.apps.agreements import actions as agreements
from yijia.apps.care import episode_words, queries, words
from yijia.apps.care.actions.episode_moves import locked_episode, need, note_event, programme_of
from yijia.apps.care.models import Episode
from yijia.base.actions import action
from yijia.base.errors import Invalid, Refused, refuse_if
from yijia.core.calendar import add_months, business_date
from yijia.core.permissions import Actor, Permission
from yijia.core.programmes.lifecycle import State
from yijia.core.refusal import Refusal

P = Permission


@action("episodes.choose_package")
def choose_package(*, episode_id: int, package: str, by: Actor, at: datetime) -> Episode:
    """What the person signs for; papers that were made for another choice no longer count.

    Raises      Forbidden; NotFound; Invalid: no such package; Refused: episodes.wrong_status, programmes.package_price_unknown and
                the codes of `programmes.demand`: a package beside the base one has no price that may be charged here
    Source      PROG-22 in docs/rules/programmes.md
    """
    need(by, P.EPISODE_ASSESS, P.EPISODE_RUN)
    episode = locked_episode(by, episode_id)
    programme = programme_of(episode, at)
    if episode.state not in (State.APPLIED, State.ASSESSING, State.RENEWING):
        raise Refused(Refusal("episodes.wrong_status", {"status": episode.state, "event": "choose_package"}))
    chosen = programme.package(package) if package else None
    if chosen is None:
        raise Invalid({"package": [str(words.FAULTS["unknown_package"])]}, {"package": ["unknown_package"]})
    if not chosen.is_base:
        refuse_if(queries.price_of_package(programme, chosen, at))
    if episode.package != chosen.code:
        before, episode.package, episode.papers = episode.package, chosen.code, []
        episode.version += 1
        episode.save(update_fields=["package", "papers", "version"])
        note_event(episode, "choose_package", episode.state, {"before": before, "package": chosen.code}, by, at)
    return episode


@action("episodes.prepare_papers")
def prepare_enrolment(*, episode_id: int, by: Actor, at: datetime) -> Episode:
    """Make the programme's papers ready for signing; those that stand already are kept, and asked for again only where
    they end before the cycle that a renewal begins.

    Raises      Forbidden; NotFound; Refused: agreements.*, episodes.wrong_status
    Source      PROG-13 in docs/rules/programmes.md
    """
    need(by, P.EPISODE_ASSESS, P.EPISODE_RUN)
    episode = locked_episode(by, episode_id)
    programme = programme_of(episode, at)
    if episode.state not in (State.ASSESSING, State.RENEWING):
        raise Refused(Refusal("episodes.wrong_status", {"status": episode.state, "event": "prepare_papers"}))
    on = business_date(at)
    from_on = queries.papers_from(episode, on)
    standing = [paper for paper in queries.papers_of(episode) if paper.valid_until is None or paper.valid_until > on]
    lacking = [
        paper
        for paper in programme.papers
        if paper.kind
        not in {
            row.kind
            for row in standing
            if row.revoked_at is None and (row.valid_until is None or row.valid_until > from_on)
        }
    ]
    package = programme.package(episode.package)
    price = queries.price_of_package(programme, package, at) if package else None
    fields: dict[str, Any] = {"words": episode_words.paper_fields(programme, package, price)}
    episode.package = package.code if package else ""
    if programme.cycle and programme.cycle.months:
        fields["until"] = add_months(from_on, programme.cycle.months)
    made = [
        agreements.prepare(
            kind=paper.kind, resident_id=episode.resident_id, organisation_id=episode.organisation_id, fields=fields, by=by, at=at
        ).pk
        for paper in lacking
    ]  # fmt: skip
    episode.papers = [row.pk for row in standing] + made
    episode.version += 1
    episode.save(update_fields=["papers", "package", "version"])
    return episode
