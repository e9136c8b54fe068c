"""An agreement between institutions from its draft to its end: who may do what, when, and what the law refuses."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.cast import NOW, TODAY, Cast
from tests.factories import cooperations as make
from yijia.apps.agreements import actions, jobs, queries
from yijia.apps.agreements.models import Cooperation, CooperationEvent, PartySignature
from yijia.apps.registry.models import Organisation
from yijia.base.errors import Invalid, NotFound, Refused, Stale
from yijia.core.policy import Editions

HOME = "晴川养老院"


def refused(code: str):
    return pytest.raises(Refused, match=f"^cooperations.{code}$")


def move(cast: Cast, row: Cooperation, event: str, part: str = HOME, *, at=NOW, **more: str) -> Cooperation:
    return actions.move_cooperation(cooperation_id=row.pk, event=event, **more, by=cast.actors[part], at=at)


def test_a_draft_is_frozen_with_its_numbers_and_duties(cast: Cast) -> None:
    row = make.drafted(cast)
    assert row.state == "drafted"
    assert row.number.startswith("HZ250616")
    text = {clause["no"]: clause["text"] for clause in row.text["zh"]["clauses"]}
    assert "10 分钟内应答" in text["2"]
    assert len(text) == 7  # the optional reception and supplement are left out
    assert row.text["template"]["mandatory"].keys() >= {"parties", "green_channel", "term"}
    assert queries.is_whole(row)


def test_from_draft_to_force(cast: Cast) -> None:  # AGREEMENT-19
    row = make.offered(cast)
    make.sign(cast, row, HOME)
    row.refresh_from_db()
    assert row.state == "offered"  # one signature binds nobody
    make.sign(cast, row, "manager", at=NOW + timedelta(hours=3))
    row.refresh_from_db()
    assert (row.state, row.force_from) == ("in_force", TODAY)
    steps = [(e.event, e.side) for e in queries.list_events(row)]
    assert steps == [
        ("draft", "first"), ("offer", "first"), ("sign", "first"), ("sign", "second"), ("sign", "second"), ("take_force", "system"),
    ]  # fmt: skip


def test_an_agreement_that_begins_later_waits_for_its_day(cast: Cast) -> None:  # AGREEMENT-13
    row = make.in_force(cast, valid_from=date(2025, 7, 1))
    assert (row.state, row.force_from) == ("signed", date(2025, 7, 1))
    home, _ = make.care_home(cast)
    assert queries.cooperation_between_for_system(home.pk, cast.harbour.pk, row.kind, TODAY) is None
    assert jobs.review_all(NOW) == 0
    assert jobs.review_all(NOW + timedelta(days=15)) == 1
    row.refresh_from_db()
    assert row.state == "in_force"


def test_who_may_stand_where(cast: Cast) -> None:  # AGREEMENT-08
    home, keeper = make.care_home(cast)
    with refused("wrong_party"):
        make.drafted(cast, organisation_id=cast.harbour.pk, partner_id=home.pk)
    Organisation.objects.filter(pk=cast.harbour.pk).update(is_active=False)
    with refused("closed_party"):
        make.drafted(cast)
    with pytest.raises(NotFound):
        make.drafted(cast, by=cast.actors["stranger_manager"])
    with pytest.raises(NotFound):
        make.drafted(cast, partner_id=0)
    with pytest.raises(Invalid):  # only a designation has an authority on its other side
        make.drafted(cast, partner_id=None)
    assert keeper.organisation_ids == {home.pk}


@pytest.mark.parametrize(
    "fields",
    [
        {"arrangement": "department_lease"},
        {"arrangement": "department_contract"},
        {"surplus_use": "distributed"},
        {"settlement_basis": "share_of_surplus"},
        {"supplement": "乙方承包科室，自负盈亏"},
        {"supplement": "年终利润分成"},
    ],
)
def test_outsourcing_that_the_law_refuses_names_article_39(cast: Cast, fields: dict[str, str]) -> None:  # AGREEMENT-11
    with refused("unlawful") as refusal:
        make.drafted(cast, "outsourcing", fields=fields)
    assert "基本医疗卫生与健康促进法》第三十九条" in refusal.value.refusal.facts["law_zh"]
    assert not Cooperation.objects.exists()


def test_between_two_profit_makers_a_surplus_is_their_own(cast: Cast) -> None:  # AGREEMENT-11
    make.care_home(cast)
    Organisation.objects.update(is_nonprofit=False)
    assert make.drafted(cast, "outsourcing", fields={"surplus_use": "distributed"}).pk
    with refused("unlawful"):
        make.drafted(cast, "outsourcing", fields={"arrangement": "department_lease"})


def test_bad_fields_are_named(cast: Cast) -> None:  # AGREEMENT-10
    with pytest.raises(Invalid) as invalid:
        make.drafted(cast, fields={"answer_min": "soon", "hotline": ""}, valid_until=make.FROM)
    assert set(invalid.value.fields) == {"answer_min", "hotline", "valid_until"}
    with pytest.raises(Invalid):
        make.drafted(cast, kind="medical_cooperation", valid_from=date(2020, 1, 1), valid_until=TODAY)
    with pytest.raises(Invalid):  # a designation is signed year by year
        make.drafted(cast, "designation", valid_until=date(2026, 6, 17))


def test_the_same_request_twice_is_one_draft(cast: Cast) -> None:
    one = uuid4()
    assert make.drafted(cast, client_id=one).pk == make.drafted(cast, client_id=one).pk
    with pytest.raises(NotFound):
        make.drafted(cast, client_id=one, by=cast.actors["stranger_manager"])


def test_wording_anew_voids_the_first_signature(cast: Cast) -> None:  # AGREEMENT-12
    row = make.offered(cast)
    make.sign(cast, row, HOME)
    given = {"fields": make.FIELDS[row.kind] | {"answer_min": "5"}, "valid_from": make.FROM, "valid_until": make.UNTIL}
    row = queries.get_cooperation(cast.actors[HOME], row.pk)
    with pytest.raises(Stale):
        actions.redraft_cooperation(cooperation_id=row.pk, **given, version=99, by=cast.actors["manager"], at=NOW)
    with refused("not_a_party"):
        actions.redraft_cooperation(cooperation_id=row.pk, **given, by=cast.actors["regulator"], at=NOW)
    row = actions.redraft_cooperation(
        cooperation_id=row.pk, **given, version=row.version, by=cast.actors["manager"], at=NOW
    )
    assert (row.state, queries.counting_signatures(row)) == ("drafted", {})
    assert PartySignature.objects.count() == 1  # kept, but it counts no more
    move(cast, row, "offer")
    for part in (HOME, "manager"):
        make.sign(cast, row, part)
    row.refresh_from_db()
    assert row.state == "in_force"
    with refused("wrong_status"):
        actions.redraft_cooperation(cooperation_id=row.pk, **given, by=cast.actors["manager"], at=NOW)


def reword(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """From now on the place's text says one clause otherwise."""
    lookup = Editions.lookup

    def other(self: Editions, key: str, **where: object) -> object:
        found = lookup(self, key, **where)
        if key != "agreement:medical_cooperation":
            return found
        clauses = [
            {**clause, "text": {"zh": "新的话", "en": "New words"}} if clause["code"] == code else clause
            for clause in found.value["clauses"]
        ]
        return replace(found, value={**found.value, "clauses": clauses}, edition="cooperations/2025-07")

    monkeypatch.setattr(Editions, "lookup", other)


def test_a_mandatory_clause_that_changes_between_two_signatures(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """AGREEMENT-09: the half-signed paper is worded anew; one that both have signed keeps its words."""
    done = make.in_force(cast, "medical_cooperation")
    half = make.offered(cast, valid_from=make.UNTIL, valid_until=date(2027, 6, 16))
    make.sign(cast, half, HOME)
    reword(monkeypatch, "liability")
    with refused("template_changed") as refusal:
        make.sign(cast, half, "manager")
    assert refusal.value.refusal.facts["clause"] == "责任与资质"
    assert queries.is_whole(done)
    assert queries.cooperation_between_for_system(
        done.organisation_id, done.partner_id, done.kind, TODAY
    )  # stands as signed
    again = actions.redraft_cooperation(
        cooperation_id=half.pk, fields=half.terms, valid_from=half.valid_from, valid_until=half.valid_until,
        by=cast.actors["manager"], at=NOW,
    )  # fmt: skip
    assert again.template_edition == "cooperations/2025-07"
    move(cast, again, "offer", "manager")
    assert make.sign(cast, again, "manager").side == "second"


def test_a_clause_that_may_change_keeps_the_paper(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:  # AGREEMENT-09
    row = make.offered(cast)
    make.sign(cast, row, HOME)
    reword(monkeypatch, "rounds")
    make.sign(cast, row, "manager")
    row.refresh_from_db()
    assert (row.state, row.template_edition) == ("in_force", "cooperations/2025-06")


def test_who_signs(cast: Cast) -> None:  # AGREEMENT-12
    row = make.drafted(cast)
    with refused("not_offered"):
        make.sign(cast, row, HOME)
    move(cast, row, "offer")
    with refused("not_a_party"):
        make.sign(cast, row, "regulator")
    with pytest.raises(NotFound):
        make.sign(cast, row, "stranger_manager")
    with refused("wrong_side"):
        make.sign(cast, row, "manager", side="first")
    with refused("no_image"):
        make.sign(cast, row, HOME, image=None)
    with refused("no_scan"):
        make.sign(cast, row, HOME, method="paper", image=None)
    with pytest.raises(Invalid):
        make.sign(cast, row, HOME, name=" ", post="")
    make.sign(cast, row, HOME)
    with refused("side_signed"):
        make.sign(cast, row, HOME)
    cast.actors["both"] = make.people.grant(cast.users[HOME], "manager", organisation_id=cast.harbour.pk)
    both = cast.actors["both"]
    assert cast.harbour.pk in both.organisation_ids
    with refused("both_sides"):
        make.sign(cast, row, "both", side="second")


def test_an_expired_licence_signs_and_offers_nothing(cast: Cast) -> None:  # AGREEMENT-18
    row, waiting = make.offered(cast), make.drafted(cast, "outsourcing")
    Organisation.objects.filter(pk=cast.harbour.pk).update(licence_valid_until=TODAY)
    with refused("licence_expired") as refusal:
        make.sign(cast, row, HOME)
    assert refusal.value.refusal.facts["name"] == "港湾医院"
    with refused("licence_expired"):
        move(cast, waiting, "offer")


def test_two_of_a_kind_do_not_overlap(cast: Cast) -> None:  # AGREEMENT-20
    first, second = make.offered(cast), make.offered(cast)
    for part in (HOME, "manager"):
        make.sign(cast, first, part)
    make.sign(cast, second, HOME)
    with refused("overlap"):
        make.sign(cast, second, "manager")
    with refused("overlap"):
        make.offered(cast)
    assert make.in_force(cast, "outsourcing").state == "in_force"  # another kind may stand beside it
    later = make.in_force(cast, valid_from=make.UNTIL, valid_until=date(2027, 6, 16))
    assert later.state == "signed"


def test_the_database_settles_a_race_of_two(cast: Cast) -> None:  # AGREEMENT-20
    one = make.in_force(cast)
    other = make.drafted(cast)
    other.force_from, other.state = one.force_from, "in_force"
    with pytest.raises(IntegrityError, match="cooperation_alone_medical_cooperation"), transaction.atomic():
        other.save()
    designated = make.in_force(cast, "designation")
    again = make.drafted(cast, "designation")
    again.force_from, again.state = designated.force_from, "suspended"
    with pytest.raises(IntegrityError, match="cooperation_alone_designation"), transaction.atomic():
        again.save()


def test_suspending_and_resuming(cast: Cast) -> None:  # AGREEMENT-19
    row = make.in_force(cast)
    with refused("no_reason"):
        move(cast, row, "suspend", "manager")
    move(cast, row, "suspend", "manager", reason="病房改造")
    found = queries.cooperation_between_for_system(row.organisation_id, row.partner_id, row.kind, TODAY)
    assert found.blocked.code == "cooperations.suspended"
    with refused("not_yours_to_resume"):
        move(cast, row, "resume")
    assert move(cast, row, "resume", "manager").state == "in_force"
    move(cast, row, "suspend", "regulator", reason="检查发现问题")
    with refused("not_yours_to_resume"):
        move(cast, row, "resume", "manager")
    Organisation.objects.filter(pk=cast.harbour.pk).update(licence_valid_until=TODAY)
    with refused("licence_expired"):
        move(cast, row, "resume", "regulator")


def test_the_authority_ends_but_does_not_bargain(cast: Cast) -> None:  # AGREEMENT-19
    row = make.offered(cast)
    with refused("not_a_party"):
        move(cast, row, "decline", "regulator", reason="x")
    assert move(cast, row, "decline", "manager", reason="时限做不到").state == "drafted"
    ended = move(cast, make.in_force(cast), "end", "regulator", reason="吊销执业许可")
    assert (ended.state, ended.ended_on) == ("ended", TODAY)
    with refused("over"):
        move(cast, ended, "suspend", reason="x")
    with pytest.raises(Invalid):
        move(cast, ended, "expire")


def test_a_renewal_signed_late_leaves_its_gap(cast: Cast) -> None:  # AGREEMENT-13
    row = make.in_force(cast)
    given = {"valid_from": make.UNTIL, "valid_until": date(2027, 6, 16), "client_id": uuid4()}
    with pytest.raises(Invalid):
        renew(cast, row, **given | {"valid_from": date(2026, 6, 1)})
    new = renew(cast, row, **given)
    assert (new.renews_id, new.terms) == (row.pk, row.terms)
    assert renew(cast, row, **given).pk == new.pk
    with refused("renewed_already"):
        renew(cast, row, **given | {"client_id": uuid4()})
    late = NOW + timedelta(days=372)  # a week after the old one ran out
    assert jobs.review_all(late) == 1
    move(cast, new, "offer", at=late)
    for part in (HOME, "manager"):
        make.sign(cast, new, part, at=late)
    new.refresh_from_db()
    assert (new.state, new.valid_from, new.force_from) == ("in_force", make.UNTIL, date(2026, 6, 23))
    gap = date(2026, 6, 20)
    assert queries.cooperation_between_for_system(row.organisation_id, row.partner_id, row.kind, gap) is None
    with refused("never_bound"):
        renew(cast, make.drafted(cast, "outsourcing"), **given | {"client_id": uuid4()})


def renew(cast: Cast, row: Cooperation, **more: object) -> Cooperation:
    return actions.renew_cooperation(cooperation_id=row.pk, **more, by=cast.actors[HOME], at=NOW)


def test_an_offer_nobody_signed_in_its_term_runs_out(cast: Cast) -> None:
    row = make.offered(cast)
    late = NOW + timedelta(days=366)
    with refused("run_out"):
        make.sign(cast, row, HOME, at=late)
    jobs.review_all(late)
    row.refresh_from_db()
    assert row.state == "expired"


def test_changed_words_are_not_signed(cast: Cast) -> None:  # AGREEMENT-12
    row = make.offered(cast)
    row.text["zh"]["clauses"][1]["text"] = "60 分钟内应答"
    row.save()
    with refused("text_changed"):
        make.sign(cast, row, HOME)
    row.refresh_from_db()
    row.terms["answer_min"] = 60
    assert not queries.is_whole(row)


def test_a_signature_is_sealed_and_kept(cast: Cast) -> None:  # AGREEMENT-12
    made = make.sign(cast, make.offered(cast), HOME, witness="王主任", lon=113.75, lat=23.04)
    kept = PartySignature.objects.get()
    assert bytes(kept.sm3) == queries.party_signature_sm3(kept) == made.sm3
    kept.post = "副院长"
    assert bytes(kept.sm3) != queries.party_signature_sm3(kept)
    for table in (PartySignature, CooperationEvent):
        with pytest.raises(IntegrityError), transaction.atomic():
            table.objects.update(side="x")
