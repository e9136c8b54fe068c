"""Papers as PDF: the words as frozen, who signed them how and when, the digests by which both are checked, the translation."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from yijia.apps.agreements import cooperation_words, queries, words
from yijia.base import audit, papers
from yijia.base.clock import SHANGHAI
from yijia.base.templatetags.yijia import is_english
from yijia.core.agreements import terms
from yijia.core.agreements.lifecycle import State


def cooperation_pdf(request: Any, cooperation_id: int) -> tuple[str, bytes]:
    """An agreement between institutions as it was signed: number and pages; whoever reads English gets the translation after it."""
    row = queries.get_cooperation(request.actor, cooperation_id)
    made = [s for s in queries.list_party_signatures(row) if bytes(s.text_sm3) == bytes(row.text_sm3)]
    unsigned = [one for one in terms.SIDES if one not in {s.side for s in made}]

    def signed() -> list[tuple[str, str]]:
        rows = [
            _line(cooperation_words.SIDES[s.side], s, cooperation_words.METHODS[s.method], queries.is_sound(s))
            for s in made
        ]
        return rows + [(str(cooperation_words.SIDES[one]), _("未签")) for one in unsigned]

    return row.number, _pages(row, row.number, signed, queries.is_whole(row), _watermark(row, bool(unsigned)))


def _watermark(row: Any, is_unsigned: bool) -> str:
    if row.state in (State.ENDED, State.EXPIRED):
        return "已失效"
    return "未签齐" if is_unsigned else ""


def paper_pdf(request: Any, agreement_id: int) -> tuple[str, bytes]:
    """A resident's paper as it was signed, likewise."""
    row = queries.get_agreement(request.actor, agreement_id)
    audit.read(
        request.actor, request.at, "agreements.pdf", subject_type="agreements.agreement", subject_ids=[row.pk],
        resident_ids=[row.resident_id],
    )  # fmt: skip
    made = queries.list_signatures(row)

    def signed() -> list[tuple[str, str]]:
        rows = [
            _line(
                words.SIGNERS.get(s.signer, s.signer), s, words.METHODS[s.method], queries.is_paper_signature_sound(s)
            )
            for s in made
        ]
        return rows or [(_("签署"), _("未签"))]

    number = f"XY{row.created_at.astimezone(SHANGHAI):%y%m%d}{row.pk:06d}"
    mark = "已撤回" if row.revoked_at else ("" if made else "未签")
    return number, _pages(row, number, signed, queries.is_intact(row), mark)


def _pages(row: Any, number: str, signed: Callable[[], list[tuple[str, str]]], is_whole: bool, mark: str) -> bytes:
    """The Chinese text that was signed; after it, for a reader of English, the English that was frozen beside it."""
    translation = _translation(row, signed, is_whole) if is_english() else None
    with override("zh-hans"):
        title, clauses = row.text["zh"]["title"], [f"{no}　{head}：{text}" for no, head, text in _clauses(row, "zh")]
        page = papers.Paper(
            title, number, "", clauses, signed(), _notes(row, is_whole), (), mark, translation
        )  # fmt: skip
    return papers.render(page)


def _translation(row: Any, signed: Callable[[], list[tuple[str, str]]], is_whole: bool) -> papers.Translation:
    said = _clauses(row, "en")
    lead = _("英文译文，供阅读。签署的是前面各页的中文文本；译文和它一起封存，用同一个校验码。")
    if len(said) != len(_clauses(row, "zh")):  # never made up: what has no English is said
        lead = _("这份文本没有完整的英文。签署的是前面各页的中文文本。")
    return papers.Translation(
        row.text.get("en", {}).get("title") or row.text["zh"]["title"], lead, [f"{no}  {head}. {text}" for no, head, text in said],
        signed(), _notes(row, is_whole),
    )  # fmt: skip


def _clauses(row: Any, tongue: str) -> list[tuple[str, str, str]]:
    """Number, heading and words of each clause that has words in a language."""
    found = row.text.get(tongue, {}).get("clauses", [])
    return [(one["no"], one["title"], one["text"]) for one in found if one["text"]]


def _line(who: Any, signature: Any, method: Any, is_sound: bool) -> tuple[str, str]:
    post = getattr(signature, "post", "") or getattr(signature, "relation", "")
    name = _("%(name)s（%(post)s）") % {"name": signature.name, "post": post} if post else signature.name
    said = [name, str(method), f"{signature.signed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"]
    if signature.witness:
        said.append(_("见证人 %(name)s") % {"name": signature.witness})
    if signature.lat is not None and signature.lon is not None:
        said.append(_("位置 %(place)s") % {"place": f"{signature.lat:.4f}, {signature.lon:.4f}"})
    said += [_("校验无误") if is_sound else _("校验不符"), f"SM3 {bytes(signature.sm3).hex()[:16]}"]
    return str(who), (", " if is_english() else "，").join(said)


def _notes(row: Any, is_whole: bool) -> list[str]:
    whole = _("文本与生成时的校验码一致。") if is_whole else _("文本与生成时的校验码不一致，不能作为凭据。")
    term = {"from": row.valid_from.isoformat(), "until": row.valid_until.isoformat() if row.valid_until else ""}
    holds = _("有效期 %(from)s 至 %(until)s 前一日。") if row.valid_until else _("有效期从 %(from)s 起，长期。")
    return [
        holds % term + whole,
        _("文本校验码 SM3 %(sm3)s。文本版本 %(edition)s。")
        % {"sm3": bytes(row.text_sm3).hex(), "edition": row.template_edition},
    ]
