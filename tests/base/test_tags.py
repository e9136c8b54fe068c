"""How values are shown: money, time, states, masks and fields, in both languages; and every shared page compiles."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import get_template
from django.utils.translation import override

from yijia.base.templatetags.states import EVIDENCE, STATES
from yijia.core.catalogue.lifecycle import FilingState, ItemState
from yijia.core.orders.lifecycle import State
from yijia.core.policy.evidence import Evidence
from yijia.core.supervision.lifecycle import ComplaintState, ReviewState
from yijia.core.visits.lifecycle import AlarmState, OfferState

TEMPLATES = Path(__file__).resolve().parents[2] / "yijia" / "base" / "templates"
AT = datetime(2025, 6, 11, 23, 40, tzinfo=UTC)  # 07:40 on Thursday 12 June in Shanghai


def shown(text: str, language: str = "zh-hans", **context: object) -> str:
    with override(language):
        return Template(text).render(Context({"at": AT} | context))


@pytest.mark.parametrize("name", sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")))
def test_each_shared_template_compiles(name):
    assert get_template(name)


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (5800, "58.00 元", "¥58.00"),
        (-13005, "−130.05 元", "−¥130.05"),
        (123456789, "1,234,567.89 元", "¥1,234,567.89"),
        (None, "—", "—"),
    ],
)
def test_money(fen, zh, en):
    assert zh in shown("{% money fen %}", fen=fen)
    assert en in shown("{% money fen %}", "en", fen=fen)


def test_a_window_is_told_from_the_clock_of_the_request():
    start, end = AT + timedelta(hours=25), AT + timedelta(hours=26)
    assert "明天 (周五) 08:40–09:40" in shown("{% when a until=b %}", a=start, b=end)
    assert "Tomorrow (Fri) 08:40–09:40" in shown("{% when a until=b %}", "en", a=start, b=end)
    assert "6月30日 (周一)" in shown("{% day a %}", a=date(2025, 6, 30))
    assert "30 Jun (Mon)" in shown("{% day a %}", "en", a=date(2025, 6, 30))
    assert "2026年1月1日" in shown("{% day a %}", a=date(2026, 1, 1))


def test_a_window_over_midnight_names_both_days():
    told = shown("{% when a until=b %}", a=AT + timedelta(hours=16), b=AT + timedelta(hours=18))
    assert "今天 (周四) 23:40 – 2025年6月13日 (周五) 01:40" in told


@pytest.mark.parametrize(
    ("start", "until", "zh", "en"),
    [
        (date(2024, 9, 1), date(2026, 3, 30), "2024-09-01 – 2026-03-29", "2024-09-01 – 2026-03-29"),
        (date(2024, 9, 1), None, "2024-09-01 起", "from 2024-09-01"),
        (None, date(2026, 1, 1), "到 2025-12-31", "to 2025-12-31"),
        (None, None, "没有写起止日", "no dates stated"),
    ],
)
def test_a_period_is_told_with_its_last_day(start, until, zh, en):
    """Bug it catches: a price shown as holding on the day another took its place."""
    assert shown("{% period a b %}", a=start, b=until) == zh
    assert shown("{% period a b %}", "en", a=start, b=until) == en


@pytest.mark.parametrize(
    ("minutes", "css", "zh"),
    [(90, "", "还剩 1 小时 30 分"), (9, "is-soon", "还剩 9 分钟"), (-72, "is-over", "超时 1 小时 12 分")],
)
def test_countdown(minutes, css, zh):
    told = shown("{% countdown d %}", d=AT + timedelta(minutes=minutes))
    assert zh in told
    assert f'class="countdown {css}"' in told


@pytest.mark.parametrize(
    ("kind", "codes"),
    [("order", State), ("offer", OfferState), ("item", ItemState), ("filing", FilingState),
     ("complaint", ComplaintState), ("review", ReviewState), ("alarm", AlarmState)],
)  # fmt: skip
def test_each_state_of_each_table_has_a_word_and_a_tone(kind, codes):
    assert {code.value for code in codes} <= set(STATES[kind])


def test_each_evidence_level_has_a_word():
    assert {level.value for level in Evidence} == set(EVIDENCE)


def test_a_state_is_colour_shape_and_word():
    told = shown('{% state "departed" %}', "en")
    assert "state-road" in told
    assert "#navigation" in told
    assert "Nurse on the way" in told


def test_an_unknown_icon_is_a_mistake():
    with pytest.raises(TemplateSyntaxError, match="no-such-icon"):
        shown('{% icon "no-such-icon" %}')


def test_masks():
    assert shown(
        "{{ n|mask_name }} {{ i|mask_id }} {{ p|mask_phone }}", n="王小明", i="44190019400101123X", p="13812340000"
    ) == ("王** 4419**********123X 138****0000")


class Form(forms.Form):
    pulse = forms.IntegerField(label="脉搏", help_text="数满一分钟。")
    note = forms.CharField(label="说明", required=False)


def test_a_field_ties_its_help_and_its_error_to_the_input():
    told = shown(
        '{% field form.pulse suffix="次/分" before="上次 72" %}{% field form.note %}', form=Form({"pulse": "x"})
    )
    assert 'aria-describedby="id_pulse_helptext id_pulse_error"' in told
    assert 'id="id_pulse_helptext"' in told
    assert 'id="id_pulse_error"' in told
    assert 'aria-invalid="true"' in told
    assert "上次 72" in told
    assert "可不填" in told
