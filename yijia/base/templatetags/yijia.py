"""Template tags and filters of the design system: how a value is shown, never what it is.

The guide with examples to copy is `docs/design.md`.
"""

import json
import uuid
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField
from django.forms import widgets as w
from django.templatetags.static import static
from django.utils import dateformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yijia.core.people import masking

from .states import EVIDENCE, SHAPES, STATES

register = template.Library()

SHANGHAI = ZoneInfo("Asia/Shanghai")
VENDOR = Path(__file__).resolve().parents[1] / "static" / "vendor"


@lru_cache(maxsize=1)
def _folders() -> dict[str, dict]:
    packages = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["packages"]
    return {package["name"]: package for package in packages}


@register.simple_tag
def vendored(name: str, file: str) -> str:
    """The address of a vendored file: `{% vendored "htmx.org" "htmx.min.js" %}`."""
    return static(f"vendor/{_folders()[name]['folder']}/{file}")


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """One Tabler icon from the sprite; silent to screen readers unless it has a label.

    Raises `TemplateSyntaxError` for a name the manifest does not list, so that a typing slip is seen at once.
    """
    package = _folders()["@tabler/icons"]
    if name not in package["icons"]:
        raise template.TemplateSyntaxError(f"icon {name!r} is not in static/vendor/manifest.json")
    href = f"{vendored('@tabler/icons', 'sprite.svg')}#{name}"
    voice = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon {}" {} focusable="false"><use href="{}"></use></svg>', css, voice, href)


# ---- states -------------------------------------------------------------------------------------------------------


def _badge(tone: str, shape: str, word: str, css: str = "") -> SafeString:
    return format_html('<span class="state state-{} {}">{}{}</span>', tone, css, icon(shape), word)


@register.simple_tag
def state(code: str, kind: str = "order", label: str = "") -> SafeString:
    """A state as colour, shape and word: `{% state order.state %}`, `{% state "expired" kind="credential" %}`."""
    tone, word = STATES[kind].get(str(code), ("idle", str(code)))
    return _badge(tone, SHAPES[tone], label or word)


@register.simple_tag
def tone(name: str, word: str) -> SafeString:
    """A badge with a tone of your own: `{% tone "wait" "2 天后到期" %}`."""
    return _badge(name, SHAPES[name], word)


@register.simple_tag
def evidence(level: str) -> SafeString:
    """How well a policy value is attested: `{% evidence value.evidence %}`."""
    colour, word = EVIDENCE[str(level)]
    return _badge(colour, "certificate", word, "evidence")


# ---- money, numbers -----------------------------------------------------------------------------------------------


@register.filter
def yuan(fen: int | None) -> str:
    """Integer fen as words for a sentence: 5800 -> "58.00 元" / "¥58.00"; None -> "—"."""
    if fen is None:
        return "—"
    minus = "−" if fen < 0 else ""
    return minus + _("%(amount)s 元") % {"amount": f"{abs(fen) // 100:,}.{abs(fen) % 100:02d}"}


@register.simple_tag
def money(fen: int | None, css: str = "") -> SafeString:
    """Integer fen as an amount that never wraps: `{% money line.amount_fen %}`."""
    return format_html('<span class="money {} {}">{}</span>', "money-red" if (fen or 0) < 0 else "", css, yuan(fen))


@register.filter
def share(value: float | None) -> str:
    """A ratio in [0, 1] as a percentage with one decimal; None -> "—"."""
    return "—" if value is None else f"{float(value) * 100:.2f}%"


@register.filter
def grouped(value: float | str | None) -> str:
    """A count with thousands separators: 12345 -> "12,345"; text is left as it is."""
    return "—" if value is None else f"{value:,}" if isinstance(value, int | float) else str(value)


# ---- time ---------------------------------------------------------------------------------------------------------


def _weekday(day: date) -> str:
    # Spelled out one by one so that the catalogue finds them.
    return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[day.weekday()]


def _now(context: template.Context) -> datetime | None:
    request = context.get("request")
    return context.get("at") or getattr(request, "at", None)


def _day_words(day: date, today: date | None) -> str:
    near = {-1: _("昨天"), 0: _("今天"), 1: _("明天"), 2: _("后天")}
    if today and (day - today).days in near:
        name = near[(day - today).days]
    elif today and day.year == today.year:
        name = dateformat.format(day, _("n月j日"))
    else:
        name = dateformat.format(day, _("Y年n月j日"))
    return f"{name} ({_weekday(day)})"


@register.simple_tag(takes_context=True)
def day(context: template.Context, value: date | datetime | None) -> SafeString | str:
    """A day in words, relative to the clock of the request: "明天 (周三)"."""
    if value is None:
        return "—"
    at = _now(context)
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).date()
    words = _day_words(value, at.astimezone(SHANGHAI).date() if at else None)
    return format_html('<time class="when" datetime="{}">{}</time>', value.isoformat(), words)


@register.simple_tag(takes_context=True)
def when(context: template.Context, value: datetime | None, until: datetime | None = None) -> SafeString | str:
    """An instant or a window in words: "明天 (周三) 08:30–09:30"; `until` is drawn on the same day only."""
    if value is None:
        return "—"
    at = _now(context)
    start = value.astimezone(SHANGHAI)
    words = f"{_day_words(start.date(), at.astimezone(SHANGHAI).date() if at else None)} {start:%H:%M}"
    if until is not None:
        end = until.astimezone(SHANGHAI)
        words += f"–{end:%H:%M}" if end.date() == start.date() else f" – {_day_words(end.date(), None)} {end:%H:%M}"
    return format_html('<time class="when" datetime="{}">{}</time>', start.isoformat(), words)


@register.filter
def last_day(until: date | None) -> date | None:
    """The last day of a period that ends before `until`, as people say it."""
    return None if until is None else until - timedelta(days=1)


@register.simple_tag
def period(start: date | None, until: date | None) -> str:
    """A period [start, until) as people say it, with its last day: "2025-01-01 – 2025-12-31"."""
    last = last_day(until)
    if start is None and last is None:
        return _("没有写起止日")
    if last is None:
        return _("%(start)s 起") % {"start": start}
    if start is None:
        return _("到 %(last)s") % {"last": last}
    return f"{start} – {last}"


@register.filter
def clock(value: datetime | None) -> str:
    """The time of day in Shanghai: "08:30"."""
    return "—" if value is None else f"{value.astimezone(SHANGHAI):%H:%M}"


@register.filter
def span(minutes: int | None) -> str:
    """Minutes in words: 95 -> "1 小时 35 分" / "1 h 35 min"."""
    if minutes is None:
        return "—"
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return _("%(minutes)s 分钟") % {"minutes": rest}
    return (_("%(hours)s 小时 %(minutes)s 分") if rest else _("%(hours)s 小时")) % {"hours": hours, "minutes": rest}


@register.simple_tag(takes_context=True)
def countdown(context: template.Context, deadline: datetime | None, prefix: str = "") -> SafeString | str:
    """Time left to a deadline, kept true by the page: amber in the last quarter hour, red when over."""
    if deadline is None:
        return "—"
    at = _now(context)
    left = deadline - at if at else timedelta(0)
    over = left < timedelta(0)
    words = span(abs(int(left.total_seconds())) // 60)
    text = (_("超时 %(span)s") if over else _("还剩 %(span)s")) % {"span": words}
    return format_html(
        '<time class="countdown {}" datetime="{}" data-countdown data-at="{}">{}<span>{}</span></time>',
        "is-over" if over else "is-soon" if left < timedelta(minutes=15) else "",
        deadline.astimezone(SHANGHAI).isoformat(),
        at.isoformat() if at else "",
        prefix,
        text,
    )


# ---- masks: for display only; the record itself decides who may see more -------------------------------------------


register.filter("mask_name", masking.name)
register.filter("mask_id", masking.resident_id)
register.filter("mask_phone", masking.phone)
register.filter("mask_address", masking.address)

# ---- forms --------------------------------------------------------------------------------------------------------

_KINDS = (
    (w.CheckboxInput, "check", "form-check-input"),
    ((w.RadioSelect, w.CheckboxSelectMultiple), "choices", ""),
    (w.Select, "box", "form-select"),
    (w.HiddenInput, "hidden", ""),
    (w.Widget, "box", "form-control"),
)


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField, suffix: str = "", before: str = "", placeholder: str = "") -> dict:
    """A form field with its label, help and error beside it: `{% field form.pulse suffix="次/分" before="上次 72" %}`.

    A form that makes its fields may say both itself, as `unit` and `before` of the field;
    one that is asked for some answers only is not called optional (`is_asked`).
    """
    widget = bound.field.widget
    kind, css = next((kind, css) for types, kind, css in _KINDS if isinstance(widget, types))
    classes = " ".join(filter(None, [css, css and bound.errors and "is-invalid", widget.attrs.get("class")]))
    attrs = {"class": classes} if classes else {}
    if placeholder:
        attrs["placeholder"] = placeholder
    return {
        "bound": bound,
        "kind": kind,
        "widget": bound.as_widget(attrs=attrs),
        "suffix": suffix or getattr(bound.field, "unit", ""),
        "before": before or getattr(bound.field, "before", ""),
        "optional": not bound.field.required and not getattr(bound.field, "is_asked", False),
    }


@register.simple_tag
def once() -> SafeString:
    """The hidden key that makes one form one write however often it is sent: `{% once %}` beside `{% csrf_token %}`.

    Every rendering has a key of its own, so a form shown again with its errors can be mended and sent.
    """
    return format_html('<input type="hidden" name="_once" value="{}">', uuid.uuid4())


@register.filter
def is_english(_value: object = None) -> bool:
    """Whether the page is read in English."""
    return (get_language() or "").startswith("en")
