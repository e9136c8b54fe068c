"""A price from draft to publication, and what keeps it from being charged."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tests.cast import NOW, TODAY, Cast
from tests.factories import catalogue as make
from yijia.apps.catalogue import actions, queries
from yijia.apps.catalogue.models import Filing, FilingEvent
from yijia.base.errors import Forbidden, Invalid, NotFound, Refused, Stale
from yijia.core.permissions import SYSTEM
from yijia.core.pricing.facts import Breakdown
from yijia.core.refusal import Refusal


def refused(code: str):
    return pytest.raises(Refused, match=f"^{code}$")


def test_a_filing_walks_to_publication_and_keeps_every_step(cast: Cast) -> None:
    row = make.filed(cast, cast.harbour)
    assert (row.state, row.code, row.number) == ("published", "131000001N", f"441900-2025-{row.pk:06d}")
    assert list(FilingEvent.objects.filter(filing=row).order_by("id").values_list("event", "to_state")) == [
        ("draft", "draft"),
        ("submit", "submitted"),
        ("review", "reviewed"),
        ("publish", "published"),
    ]


def test_a_step_is_never_rewritten(cast: Cast) -> None:
    make.draft(cast, cast.harbour)
    with pytest.raises(IntegrityError), transaction.atomic():
        FilingEvent.objects.update(note="x")


def test_only_a_reviewed_filing_is_published(cast: Cast) -> None:
    row = make.draft(cast, cast.harbour)
    with refused("filings.not_reviewed"):
        actions.publish_filing(filing_id=row.pk, by=cast.actors["manager"], at=NOW)


def test_an_institution_does_not_review_itself(cast: Cast) -> None:
    row = make.draft(cast, cast.harbour)
    actions.submit_filing(filing_id=row.pk, by=cast.actors["manager"], at=NOW)
    with pytest.raises(Forbidden):
        actions.review_filing(filing_id=row.pk, by=cast.actors["manager"], at=NOW)


def test_a_return_says_why_and_the_draft_is_mended(cast: Cast) -> None:
    row = make.draft(cast, cast.harbour)
    actions.submit_filing(filing_id=row.pk, by=cast.actors["manager"], at=NOW)
    with refused("filings.no_reason"):
        actions.return_filing(filing_id=row.pk, note="  ", by=cast.actors["regulator"], at=NOW)
    row = actions.return_filing(filing_id=row.pk, note="成本没有附表", by=cast.actors["regulator"], at=NOW)
    assert (row.state, row.review_note) == ("returned", "成本没有附表")
    row = make.draft(cast, cast.harbour, filing_id=row.pk, amount_fen=12000)
    assert (row.state, row.amount_fen) == ("returned", 12000)
    row = actions.submit_filing(filing_id=row.pk, by=cast.actors["manager"], at=NOW)
    assert row.state == "submitted"


def test_a_submitted_filing_is_no_longer_edited(cast: Cast) -> None:
    row = make.draft(cast, cast.harbour)
    actions.submit_filing(filing_id=row.pk, by=cast.actors["manager"], at=NOW)
    with refused("filings.wrong_status"):
        make.draft(cast, cast.harbour, filing_id=row.pk)


def test_a_new_price_ends_the_former_where_it_begins(cast: Cast) -> None:
    former = make.filed(cast, cast.harbour)
    later = make.filed(cast, cast.harbour, amount_fen=15000, effective_from=TODAY + timedelta(days=10))
    former.refresh_from_db()
    assert (former.state, former.effective_until, later.supersedes_id) == ("published", later.effective_from, former.pk)
    codes = [
        queries.filings_in_force_for_system(cast.harbour.pk, TODAY + timedelta(days=n))["131000001N"].pk
        for n in (0, 9, 10)
    ]
    assert codes == [former.pk, former.pk, later.pk]
    with_clock = NOW + timedelta(days=10)
    swept = actions.sweep_filings(by=SYSTEM, at=with_clock)
    assert [(row.pk, row.state) for row in swept] == [(former.pk, "superseded")]
    assert queries.filings_in_force_for_system(cast.harbour.pk, TODAY)["131000001N"].pk == former.pk


def test_a_price_that_runs_out_expires(cast: Cast) -> None:
    row = make.filed(cast, cast.harbour, effective_until=TODAY + timedelta(days=5))
    assert [r.state for r in actions.sweep_filings(by=SYSTEM, at=NOW + timedelta(days=5))] == ["expired"]
    assert actions.sweep_filings(by=SYSTEM, at=NOW + timedelta(days=5)) == []
    assert row.code not in queries.filings_in_force_for_system(cast.harbour.pk, TODAY + timedelta(days=5))


def test_a_price_does_not_begin_before_a_later_one(cast: Cast) -> None:
    make.filed(cast, cast.harbour, effective_from=TODAY + timedelta(days=10))
    row = make.reviewed(cast, cast.harbour)
    with refused("filings.later_price"):
        actions.publish_filing(filing_id=row.pk, by=cast.actors["regulator"], at=NOW)
    bounded = make.filed(cast, cast.harbour, effective_until=TODAY + timedelta(days=10))
    assert bounded.state == "published"


def test_the_database_refuses_two_published_prices_for_a_day(cast: Cast) -> None:
    make.filed(cast, cast.harbour)
    row = make.reviewed(cast, cast.harbour)
    with pytest.raises(IntegrityError), transaction.atomic():
        Filing.objects.filter(pk=row.pk).update(state="published", number="x", published_at=NOW)


def test_two_reviewers_at_once(cast: Cast) -> None:
    row = make.draft(cast, cast.harbour)
    row = actions.submit_filing(filing_id=row.pk, by=cast.actors["manager"], at=NOW)
    seen = row.version
    actions.review_filing(filing_id=row.pk, version=seen, by=cast.actors["regulator"], at=NOW)
    with pytest.raises(Stale):
        actions.return_filing(filing_id=row.pk, note="x", version=seen, by=cast.actors["regulator"], at=NOW)


def test_no_price_begins_in_the_past(cast: Cast) -> None:
    row = make.reviewed(cast, cast.harbour, effective_from=TODAY - timedelta(days=1))
    with refused("filings.backdated"):
        actions.publish_filing(filing_id=row.pk, by=cast.actors["regulator"], at=NOW)


@pytest.mark.parametrize(
    ("jurisdiction", "effective_from", "cause"),
    [
        ("CN-500000", date(2025, 6, 20), "policy.missing"),  # Chongqing: who sets the fee was not found
        ("CN-441900", date(2026, 4, 1), "policy.weak"),  # Guangdong after the re-coding: not verified
        ("CN-441900", date(2026, 3, 30), "policy.weak"),
    ],
)
def test_publication_asks_the_policy_on_the_day_it_begins(
    cast: Cast, jurisdiction: str, effective_from: date, cause: str
) -> None:
    row = make.reviewed(cast, cast.harbour, effective_from=effective_from)
    type(cast.harbour).objects.filter(pk=cast.harbour.pk).update(jurisdiction=jurisdiction)
    with refused("filings.no_basis") as refusal:
        actions.publish_filing(filing_id=row.pk, by=SYSTEM, at=NOW)
    assert refusal.value.refusal.facts["cause"] == cause


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"amount_fen": None}, "amount"),
        ({"amount_fen": -1}, "amount"),
        ({"amount_fen": True}, "amount"),
        ({"amount_fen": 10**14}, "amount"),
        ({"bands": [{"km_gt": "0", "km_le": "3", "amount_fen": 100}, {"km_gt": "5", "km_le": None, "amount_fen": 200}]}, "bands"),
        ({"bands": [{"km_gt": "0", "km_le": "3"}]}, "bands"),
        ({"bands": [{"km_gt": "0", "km_le": None, "amount_fen": 1}], "amount_fen": 100}, "amount"),
        ({"basis": " "}, "basis"),
        ({"effective_until": TODAY}, "effective_until"),
        ({"kind": "toll"}, "kind"),
        ({"kind": "cancellation", "terms": {}, "amount_fen": None}, "terms"),
        ({"kind": "cancellation", "terms": {"departed": {"visit_fee": "1.5"}}, "amount_fen": None}, "terms"),
        ({"kind": "consumable", "code": "X"}, "name"),
        ({"kind": "consumable", "code": "X", "name": "纱布"}, "name_en"),
    ],
)  # fmt: skip
def test_a_bad_field_is_named(cast: Cast, more: dict, field: str) -> None:
    with pytest.raises(Invalid) as invalid:
        make.draft(cast, cast.harbour, **more)
    assert field in invalid.value.fields


def test_terms_may_not_give_back_less_than_the_frame(cast: Cast) -> None:
    row = make.draft(cast, cast.harbour, "cancellation", terms={"departed": {"medical_price": "0.5"}})
    with refused("filings.outside_frame"):
        actions.submit_filing(filing_id=row.pk, by=cast.actors["manager"], at=NOW)


def test_only_a_chosen_item_is_priced(cast: Cast) -> None:
    with refused("filings.item_not_offered"):
        make.draft(cast, cast.harbour, "medical_price", code=make.DRESSING)


def test_a_stranger_finds_nothing(cast: Cast) -> None:
    row = make.draft(cast, cast.harbour)
    with pytest.raises(NotFound):
        actions.submit_filing(filing_id=row.pk, by=cast.actors["stranger_manager"], at=NOW)
    with pytest.raises(NotFound):
        queries.get_filing(cast.actors["stranger_manager"], row.pk)


def quoted(cast: Cast, on: date = TODAY, codes: tuple[str, ...] = (make.DRESSING,)) -> Breakdown | Refusal:
    home = cast.residents["elder"].household
    return queries.quote(cast.harbour.pk, dict.fromkeys(codes, 1), home, on, "resident")


def test_a_quote_adds_the_filed_prices(cast: Cast) -> None:
    make.open_shop(cast, cast.harbour)
    bill = quoted(cast)
    assert isinstance(bill, Breakdown)
    assert (bill.total_fen, [line.amount_fen for line in bill.lines]) == (17500, [13000, 4500])
    assert all(line.filing_number for line in bill.lines)


def test_an_unfiled_or_outdated_price_cannot_be_quoted(cast: Cast) -> None:
    make.published(cast, cast.harbour)
    assert quoted(cast) == Refusal("price.unfiled", {"kind": "visit_fee", "code": "131000001N", "on": TODAY})
    make.filed(cast, cast.harbour, effective_until=TODAY + timedelta(days=3))
    make.filed(cast, cast.harbour, "medical_price", code=make.DRESSING)
    assert isinstance(quoted(cast), Breakdown)
    late = quoted(cast, TODAY + timedelta(days=3))
    assert isinstance(late, Refusal)
    assert late.code == "price.out_of_date"


def test_an_unpublished_item_cannot_be_quoted(cast: Cast) -> None:
    make.open_shop(cast, cast.harbour)
    found = quoted(cast, codes=(make.CATHETER,))
    assert found == Refusal("catalogue.item_not_published", {"item_code": make.CATHETER})


def test_the_fee_follows_the_distance(cast: Cast) -> None:
    make.published(cast, cast.harbour)
    bands = [{"km_gt": "0", "km_le": "3", "amount_fen": 9000}, {"km_gt": "3", "km_le": None, "amount_fen": 15000}]
    make.filed(cast, cast.harbour, bands=bands)
    make.filed(cast, cast.harbour, "medical_price", code=make.DRESSING, amount_fen=0)
    near = quoted(cast)
    assert isinstance(near, Breakdown)
    assert near.total_fen == 9000


def test_offers_name_who_can_come_and_why_others_cannot(cast: Cast) -> None:
    make.open_shop(cast, cast.harbour)
    make.published(cast, cast.hill)
    make.area(cast, cast.hill, radius_km=Decimal(1))
    elder = cast.residents["elder"]
    offers = queries.offers_for(cast.actors["elder"], "dressing", elder.household, elder, TODAY)
    assert [(offer.organisation.pk, offer.is_open) for offer in offers] == [
        (cast.harbour.pk, True),
        (cast.hill.pk, False),
    ]
    assert offers[1].outside is not None
    assert offers[1].outside.code == "catalogue.too_far"
    exact = queries.offers_for(cast.actors["elder"], None, elder.household, elder, TODAY, item_codes={make.DRESSING: 2})
    assert isinstance(exact[0].bill, Breakdown)
    assert exact[0].bill.total_fen == 13000 + 2 * 4500
