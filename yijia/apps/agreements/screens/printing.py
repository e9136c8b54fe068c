"""Papers as PDF: the words as frozen, who signed them how and when, and the digests by which both are checked."""

from typing import Any

from django.utils.translation import override

from yijia.apps.agreements import cooperation_words, queries, words
from yijia.base import audit, papers
from yijia.base.clock import SHANGHAI
from yijia.core.agreements import terms
from yijia.core.agreements.lifecycle import State


def cooperation_pdf(request: Any, cooperation_id: int) -> tuple[str, bytes]:
    """An agreement between institutions as it was signed: number and pages, in the language it is signed in."""
    row = queries.get_cooperation(request.actor, cooperation_id)
    with override("zh-hans"):
        made = [s for s in queries.list_party_signatures(row) if bytes(s.text_sm3) == bytes(row.text_sm3)]
        rows = [
            _line(cooperation_words.SIDES[s.side], s, cooperation_words.METHODS[s.method], queries.is_sound(s))
            for s in made
        ]
        unsigned = [
            (str(cooperation_words.SIDES[one]), "未签") for one in terms.SIDES if one not in {s.side for s in made}
        ]
        page = papers.Paper(
            row.text["zh"]["title"], row.number, "", _clauses(row), rows + unsigned, _notes(row, queries.is_whole(row)), (),
            _watermark(row, bool(unsigned)),
        )  # fmt: skip
    return row.number, papers.render(page)


def _watermark(row: Any, is_unsigned: bool) -> str:
    if row.state in (State.ENDED, State.EXPIRED):
        return "已失效"
    return "未签齐" if is_unsigned else ""


def paper_pdf(request: Any, agreement_id: int) -> tuple[str, bytes]:
    """A resident's paper as it was signed."""
    row = queries.get_agreement(request.actor, agreement_id)
    audit.read(
        request.actor, request.at, "agreements.pdf", subject_type="agreements.agreement", subject_ids=[row.pk],
        resident_ids=[row.resident_id],
    )  # fmt: skip
    with override("zh-hans"):
        made = queries.list_signatures(row)
        rows = [
            _line(
                words.SIGNERS.get(s.signer, s.signer), s, words.METHODS[s.method], queries.is_paper_signature_sound(s)
            )
            for s in made
        ]
        number = f"XY{row.created_at.astimezone(SHANGHAI):%y%m%d}{row.pk:06d}"
        mark = "已撤回" if row.revoked_at else ("" if made else "未签")
        page = papers.Paper(
            row.text["zh"]["title"], number, "", _clauses(row), rows or [("签署", "未签")], _notes(row, queries.is_intact(row)), (), mark,
        )  # fmt: skip
    return number, papers.render(page)


def _clauses(row: Any) -> list[str]:
    return [f"{clause['no']}　{clause['title']}：{clause['text']}" for clause in row.text["zh"]["clauses"]]


def _line(who: Any, signature: Any, method: Any, is_sound: bool) -> tuple[str, str]:
    post = getattr(signature, "post", "") or getattr(signature, "relation", "")
    name = f"{signature.name}（{post}）" if post else signature.name
    said = [name, str(method), f"{signature.signed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"]
    if signature.witness:
        said.append(f"见证人 {signature.witness}")
    if signature.lat is not None and signature.lon is not None:
        said.append(f"位置 {signature.lat:.4f}, {signature.lon:.4f}")
    said += ["校验无误" if is_sound else "校验不符", f"SM3 {bytes(signature.sm3).hex()[:16]}"]
    return str(who), "，".join(said)


def _notes(row: Any, is_whole: bool) -> list[str]:
    whole = "文本与生成时的校验码一致。" if is_whole else "文本与生成时的校验码不一致，不能作为凭据。"
    return [
        f"有效期 {row.valid_from.isoformat()} 至 {row.valid_until.isoformat() if row.valid_until else '长期'}。{whole}",
        f"文本校验码 SM3 {bytes(row.text_sm3).hex()}。文本版本 {row.template_edition}。",
    ]
