"""Papers as PDF: the Chinese text that was signed, and the English after it for whoever reads English."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories import cooperations as make
from tests.factories.agreements import signed
from yijia.apps.agreements.models import Cooperation
from yijia.base import papers

Enter = Callable[..., Client]


def _english(enter: Enter) -> Client:
    client = enter("manager")
    client.cookies["yijia_language"] = "en"
    return client


def test_whoever_reads_english_gets_the_translation_after_the_signed_text(
    cast: Cast, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:  # AGREEMENT-01
    row, paper = make.in_force(cast), signed(cast)
    set_pages: list[papers.Paper] = []
    real = papers.render
    monkeypatch.setattr(papers, "render", lambda page: set_pages.append(page) or real(page))
    for path in (f"/agreements/cooperations/{row.pk}/paper.pdf", f"/agreements/{paper.pk}/paper.pdf"):
        set_pages.clear()
        chinese = enter("manager").get(path)
        english = _english(enter).get(path)
        assert chinese.content != english.content
        before, after = set_pages
        assert before.translation is None
        assert (before.title, before.paragraphs, before.rows, before.notes) == (
            after.title, after.paragraphs, after.rows, after.notes
        )  # fmt: skip
        translation = after.translation
        assert translation is not None
        assert len(translation.paragraphs) == len(before.paragraphs)
        assert "English translation" in translation.lead
        assert not re.search(r"[\u3001\u3002\uff0c]", translation.lead + "".join(translation.notes))
        assert len(translation.rows) == len(before.rows)


def test_a_text_without_english_says_so(cast: Cast, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    row = make.in_force(cast)
    set_pages: list[papers.Paper] = []
    monkeypatch.setattr(papers, "render", lambda page: set_pages.append(page) or b"%PDF")
    text = {**row.text, "en": {"title": "", "clauses": row.text["en"]["clauses"][:1]}}
    monkeypatch.setattr(Cooperation, "text", property(lambda _row: text, lambda _row, _value: None))
    _english(enter).get(f"/agreements/cooperations/{row.pk}/paper.pdf")
    [page] = set_pages
    assert "no complete English text" in page.translation.lead
    assert page.translation.title == row.text["zh"]["title"]
