"""Papers are frozen, signed by who may, and taken back."""

import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import NOW, TODAY, Cast
from tests.factories import agreements as make
from tests.factories import catalogue as shop
from tests.factories import sm2 as certificates
from yijia.apps.agreements import actions, queries
from yijia.apps.agreements.models import Agreement, Signature
from yijia.apps.registry.models import Proxy
from yijia.base.errors import Invalid, NotFound, Refused
from yijia.base.models import OutboxEvent
from yijia.core.policy import Editions


def refused(code: str):
    return pytest.raises(Refused, match=f"^agreements.{code}$")


def test_a_consent_names_each_item_and_its_risks(cast: Cast) -> None:
    row = make.prepared(cast, item_codes=(shop.DRESSING, shop.BLOOD))
    zh = {clause["no"]: clause for clause in row.text["zh"]["clauses"]}
    assert (zh["2.1"]["title"], zh["2.2"]["title"]) == ("静脉采血", "普通伤口换药")
    assert "晕针" in zh["2.1"]["text"]
    assert "fainting" in row.text["en"]["clauses"][1]["text"]
    assert not any("{" in clause["text"] for clause in row.text["zh"]["clauses"])
    assert row.text["template"]["evidence"] == "derived"


def test_a_service_agreement_quotes_the_filed_cancellation_terms(cast: Cast) -> None:
    plain = make.prepared(cast, "service")
    assert "全额退还" in plain.text["zh"]["clauses"][8]["text"]
    filing = shop.filed(cast, cast.harbour, "cancellation")
    row = make.prepared(cast, "service")
    assert filing.number in row.text["zh"]["clauses"][8]["text"]
    assert filing.number in row.text["en"]["clauses"][8]["text"]


def test_a_consent_without_items_is_not_prepared(cast: Cast) -> None:
    with refused("field_missing"):
        make.prepared(cast, item_codes=())
    with refused("unknown_item"):
        make.prepared(cast, item_codes=("NI-XX-1",))


def test_a_signature_is_sealed_over_text_image_and_instant(cast: Cast) -> None:
    row = make.signed(cast)
    (signature,) = queries.list_signatures(row)
    assert row.signed_at == NOW
    assert bytes(signature.sm3) == queries.signature_sm3(signature)
    signature.signed_at += timedelta(seconds=1)
    assert bytes(signature.sm3) != queries.signature_sm3(signature)
    assert OutboxEvent.objects.filter(name="agreements.signed").count() == 1


def test_the_database_keeps_signatures(cast: Cast) -> None:
    make.signed(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.update(name="x")


def test_changed_words_are_not_signed_and_do_not_count(cast: Cast) -> None:
    row = make.prepared(cast)
    row.text["zh"]["clauses"][0]["text"] = "别的话"
    row.save()
    with refused("text_changed"):
        sign(cast, row)


def sign(cast: Cast, row: Agreement, part: str = "elder", **more: object) -> Signature:
    facts = {"signer": "resident", "name": "测试elder", "method": "glass", "image": make.DRAWN} | more
    return actions.sign(agreement_id=row.pk, **facts, by=cast.actors[part], at=NOW)


def test_once_is_enough(cast: Cast) -> None:
    row = make.signed(cast)
    with refused("already_signed"):
        sign(cast, row)


def test_spoken_consent_is_signed_by_hand_at_the_door(cast: Cast) -> None:
    row = make.prepared(cast)
    sign(cast, row, "clerk", method="spoken", image=None)
    row.refresh_from_db()
    assert row.signed_at == NOW
    with refused("already_signed"):
        sign(cast, row, "clerk", method="spoken", image=None)
    sign(cast, row)
    assert [s.method for s in queries.list_signatures(row)] == ["spoken", "glass"]


@pytest.mark.parametrize(
    ("part", "more", "code"),
    [
        ("elder", {"method": "paper"}, "method_needs_staff"),
        ("elder", {"signer": "institution"}, "not_your_hand"),
        ("relative", {}, "not_your_hand"),
        ("doctor", {"method": "spoken"}, "method_needs_desk"),
        ("elder", {"image": None}, "no_image"),
        ("doctor", {"method": "paper", "image": None}, "no_scan"),
        ("elder", {"method": "certificate"}, "no_certificate"),
        ("elder", {"method": "witnessed_fingerprint"}, "no_witness"),
        ("elder", {"method": "witnessed_fingerprint", "witness": "测试elder"}, "own_witness"),
        ("clerk", {"signer": "guardian", "method": "paper"}, "no_standing"),
        ("relative", {"signer": "guardian"}, "no_standing"),
    ],
)
def test_a_signature_that_cannot_stand(cast: Cast, part: str, more: dict, code: str) -> None:
    row = make.prepared(cast)
    with refused(code):
        sign(cast, row, part, **more)


def test_a_fingerprint_before_a_witness(cast: Cast) -> None:
    row = make.prepared(cast)
    made = sign(cast, row, method="witnessed_fingerprint", image=None, witness="王邻居", lon=113.75, lat=23.04)
    assert (made.witness, made.lon) == ("王邻居", 113.75)


def test_a_proxy_signs_with_the_right_to_sign_only(cast: Cast) -> None:
    row = make.prepared(cast)
    Proxy.objects.filter(user=cast.users["relative"]).update(scope=["order", "bill"])
    with refused("scope_missing"):
        sign(cast, row, "relative", signer="proxy", name="测试relative", relation="女")
    Proxy.objects.filter(user=cast.users["relative"]).update(scope=["sign"])
    made = sign(cast, row, "relative", signer="proxy", name="测试relative", relation="女")
    assert made.signer == "proxy"


def test_a_lapsed_proxy_does_not_sign(cast: Cast) -> None:
    row = make.prepared(cast)
    Proxy.objects.filter(user=cast.users["relative"]).update(valid_until=TODAY)
    with refused("no_standing"):
        sign(cast, row, "relative", signer="proxy", name="测试relative")


def test_bad_fields_are_named(cast: Cast) -> None:
    row = make.prepared(cast)
    with pytest.raises(Invalid) as invalid:
        sign(cast, row, signer="nobody", method="smoke", name=" ", lat=91.0)
    assert set(invalid.value.fields) == {"signer", "method", "name", "lon"}
    with pytest.raises(Invalid):
        sign(cast, row, image="data:image/png;base64,bm90IGEgcG5n")


def test_a_revoked_consent_counts_no_more(cast: Cast) -> None:
    consent, service = make.signed(cast), make.signed(cast, "service")
    facts = queries.consent_facts_for_system(consent.pk, service.pk, TODAY)
    assert facts == {"consent_is_signed": True, "consent_is_revoked": False, "agreement_is_signed": True}
    found = queries.valid_consent_for_system(consent.resident_id, cast.harbour.pk, on=TODAY, item_codes=[shop.DRESSING])
    assert found == consent
    assert (
        queries.valid_consent_for_system(consent.resident_id, cast.harbour.pk, on=TODAY, item_codes=[shop.BLOOD])
        is None
    )
    with refused("no_reason"):
        actions.revoke(agreement_id=consent.pk, reason=" ", by=cast.actors["elder"], at=NOW)
    row = actions.revoke(agreement_id=consent.pk, reason="想再问问医生", by=cast.actors["elder"], at=NOW)
    assert row.revoke_reason == "想再问问医生"
    assert queries.consent_facts_for_system(consent.pk, service.pk, TODAY)["consent_is_revoked"] is True
    with refused("revoked"):
        actions.revoke(agreement_id=consent.pk, reason="x", by=cast.actors["elder"], at=NOW)
    with refused("revoked"):
        sign(cast, row)


def test_an_expired_paper_counts_no_more(cast: Cast) -> None:
    consent = make.signed(cast)
    assert queries.consent_facts_for_system(consent.pk, None, consent.valid_until)["consent_is_signed"] is False


def test_strangers_find_nothing(cast: Cast) -> None:
    row = make.prepared(cast)
    for part in ("stranger_elder", "stranger_manager", "stranger_nurse"):
        with pytest.raises(NotFound):
            queries.get_agreement(cast.actors[part], row.pk)
    with pytest.raises(NotFound):
        sign(cast, row, "stranger_elder")


def test_a_proxys_signature_carries_its_proof(cast: Cast) -> None:  # AGREEMENT-22
    made = sign(cast, make.prepared(cast), "relative", signer="proxy", name="测试relative", relation="女")
    grant = Proxy.objects.get(user=cast.users["relative"])
    assert (made.proof["grant"], made.proof["relation"]) == (grant.pk, "女")
    assert "sign" in made.proof["matters"]
    made.refresh_from_db()
    assert bytes(made.sm3) == queries.signature_sm3(made)
    made.proof["matters"] = ["everything"]
    assert bytes(made.sm3) != queries.signature_sm3(made)


def test_paper_is_signed_with_its_scan(cast: Cast) -> None:  # AGREEMENT-22
    made = sign(cast, make.prepared(cast), "doctor", method="paper", image=make.PNG)
    assert bytes(made.image.content) == make.PNG
    assert queries.is_paper_signature_sound(made)


def test_an_sm2_certificate_signs_in_its_own_name(cast: Cast, tmp_path: Path, settings: Any) -> None:  # AGREEMENT-22
    row = make.prepared(cast)
    issuers = tmp_path / "issuers.pem"
    issuers.write_text(certificates.pem(certificates.issuer()), encoding="ascii")
    settings.SM2_ISSUERS = str(issuers)
    sealed = base64.b64encode(certificates.sign(bytes(row.text_sm3), certificates.HOLDER_KEY)).decode()
    given = {"method": "certificate", "image": None, "sealed": sealed}
    with refused("certificate_of_another"):
        sign(cast, row, **given, certificate=certificates.pem(certificates.certificate(CN="别人")))
    own = certificates.pem(certificates.certificate(CN="测试elder"))
    with refused("certificate_refused"):
        sign(
            cast,
            row,
            **given | {"sealed": base64.b64encode(certificates.sign(b"x", certificates.HOLDER_KEY)).decode()},
            certificate=own,
        )
    with pytest.raises(Invalid):
        sign(cast, row, **given, certificate="nothing")
    made = sign(cast, row, **given, certificate=own)
    made.refresh_from_db()
    assert queries.is_paper_signature_sound(made)
    made.agreement.text_sm3 = bytes(32)
    assert not queries.is_paper_signature_sound(made)


def test_a_mandatory_clause_reworded_before_the_hand_signs(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """AGREEMENT-23: spoken consent was given to other words; the paper both know is prepared anew."""
    half, done = make.prepared(cast), make.signed(cast)
    sign(cast, half, "clerk", method="spoken", image=None)
    lookup = Editions.lookup

    def other(self: Editions, key: str, **where: Any) -> Any:
        found = lookup(self, key, **where)
        if key != "agreement:consent":
            return found
        clauses = [
            {**c, "text": {"zh": "新的话", "en": "New words"}} if c.get("code") == "withdrawal" else c
            for c in found.value["clauses"]
        ]
        return replace(found, value={**found.value, "clauses": clauses})

    monkeypatch.setattr(Editions, "lookup", other)
    with refused("template_changed"):
        sign(cast, half)
    assert queries.consent_facts_for_system(done.pk, None, TODAY)["consent_is_signed"] is True
    assert sign(cast, make.prepared(cast)).pk
