"""Letters print on any machine: the font is inside, and a character it lacks is named."""

from dataclasses import replace

from yijia.base import papers, typeset
from yijia.base.papers import Paper

PAPER = Paper(
    title="失能等级评估结论书", number="失能评〔2026〕000001号", to="测试：", paragraphs=["<b>&"], rows=[("姓名", "测试")],
    notes=["说明"], signed=["经办机构"], watermark="草 案",
)  # fmt: skip


def test_a_letter_carries_its_font_and_comes_out_the_same() -> None:
    first = papers.render(PAPER)
    assert b"/FontFile2" in first
    assert b"STSong" not in first
    assert papers.render(PAPER) == first
    assert len(first) < 100_000, "only the characters of the letter are inside"


def test_a_character_without_a_picture_is_named() -> None:
    assert typeset._plain("吉𠮷䶮") == "吉〔U+20BB7〕䶮"


def test_a_translation_stands_on_pages_of_its_own() -> None:
    said = papers.Translation(
        "A title", "For reading.", ["1  Term. " + "word " * 40, "补" * 120], [("Party A", "x")], ["n"]
    )
    both = papers.render(replace(PAPER, translation=said))
    assert both.count(b"/Type /Page\n") > papers.render(PAPER).count(b"/Type /Page\n")
    assert papers.render(replace(PAPER, translation=said)) == both
