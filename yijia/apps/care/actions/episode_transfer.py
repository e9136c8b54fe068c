"""One episode goes on at another institution of the alliance: offered with a summary, taken over there, nothing begun anew."""

from datetime import datetime

from yijia.apps.care import queries, words
from yijia.apps.care.actions.episode_begin import name_people, provider_met
from yijia.apps.care.actions.episode_duties import refresh
from yijia.apps.care.actions.episode_moves import apply_event, hold, locked_episode, need, note_event, programme_of
from yijia.apps.care.actions.episode_run import refer_episode
from yijia.apps.care.models import Duty, Episode
from yijia.apps.registry.models import ResidentLink
from yijia.base import scope
from yijia.base.actions import action
from yijia.base.errors import Invalid, NotFound, Refused
from yijia.core.calendar import business_date
from yijia.core.permissions import Actor, Permission
from yijia.core.programmes.lifecycle import Event
from yijia.core.refusal import Refusal

P = Permission
SETTINGS = ("hospital", "community", "home")


@action("episodes.offer_transfer")
def offer_transfer(
    *, episode_id: int, organisation_id: int, setting: str, reason: str, summary: str = "", by: Actor, at: datetime
) -> Episode:
    """Ask an allied institution to take a person over; the episode waits, referred, until it does.

    setting     where the person will be: hospital, community, home

    Raises      Forbidden; NotFound; Invalid; Refused: episodes.not_allied, .no_reason, .wrong_status, .not_in_programme
    Source      PROG-28 in docs/rules/programmes.md
    """
    episode = locked_episode(by, episode_id)
    programme = programme_of(episode, at)
    if setting not in SETTINGS:
        raise Invalid({"setting": [str(words.FAULTS["unknown_setting"])]}, {"setting": ["unknown_setting"]})
    allies = {house.pk: house for house in queries.allies_of(programme, episode.organisation_id, business_date(at))}
    if organisation_id not in allies:
        names = {"programme_zh": programme.words.zh, "programme_en": programme.words.en}
        raise Refused(Refusal("episodes.not_allied", {**episode.organisation.called("institution"), **names}))
    given = {"to": allies[organisation_id].name, "reason": reason, "summary": summary, "referral": None}
    refer_episode(episode_id=episode_id, **given, by=by, at=at)
    moved = locked_episode(by, episode_id)
    moved.asked_id = organisation_id
    moved.save(update_fields=["asked"])
    note_event(
        moved,
        "offer_transfer",
        moved.state,
        {"to": organisation_id, "setting": setting, "reason": reason.strip()},
        by,
        at,
    )
    return moved


@action("episodes.take_over")
def take_over_episode(
    *, episode_id: int, lead_id: int | None = None, nurse_id: int | None = None, setting: str, by: Actor, at: datetime
) -> Episode:
    """Take a person over from an allied institution: the same episode with its plan, scales and papers runs on here. Of two, one does.

    Raises      Forbidden; NotFound: not asked; Invalid; Refused: episodes.provider_unfit, .wrong_status, .slot_taken
    Source      PROG-28 in docs/rules/programmes.md
    """
    need(by, P.EPISODE_RUN)
    if setting not in SETTINGS:
        raise Invalid({"setting": [str(words.FAULTS["unknown_setting"])]}, {"setting": ["unknown_setting"]})
    with scope.whole_system():
        rows = Episode.objects.select_related("resident", "organisation", "household", "lead", "nurse", "asked")
        episode = rows.select_for_update(of=("self",)).filter(pk=episode_id, asked_id__in=by.organisation_ids).first()
        if episode is None or episode.asked is None:
            raise NotFound
        before = episode.organisation_id
        episode.organisation, episode.asked = episode.asked, None
        episode.lead = episode.nurse = episode.team = None
        episode.setting = setting
        programme = programme_of(episode, at)
        name_people(episode, lead_id, nurse_id, None)
        met = {**provider_met(episode, programme, at), "slot_free": True}
        facts = {"from": before, "setting": setting}
        apply_event(episode, programme, Event.TAKE_BACK, met=met, facts=facts, by=by, at=at)
        hold(episode, programme, by, at)
        Duty.objects.filter(episode=episode, state=Duty.State.OPEN).update(
            organisation_id=episode.organisation_id, team=None
        )
        ResidentLink.objects.get_or_create(
            resident=episode.resident, organisation=episode.organisation, kind=ResidentLink.Kind.ORDER, until_on=None,
            defaults={"since_on": business_date(at)},
        )  # fmt: skip
        refresh([episode], at)
    return episode
