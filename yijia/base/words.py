"""Codes into sentences: every refusal code and permission has its words here or in the `words.py` of its app."""

from collections.abc import Iterable, Mapping
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.apps import apps
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from yijia.base import policy_names, policy_words
from yijia.base.permission_words import PERMISSIONS
from yijia.base.templatetags.states import STATES
from yijia.core.permissions import Permission
from yijia.core.refusal import Refusal

REFUSALS: dict[str, Any] = {
    "permission.missing": _("缺少权限 %(permission)s。请找本机构的管理员授权。"),
    "accounts.powers_separated": _(
        "管理、审计和业务分属三权：平台管理员和审计员的账户都不能再有别的身份。请另建账户。"
    ),
    "accounts.own_account": _("不能改自己的身份、密码或状态。请另一位管理员来办。"),
    "accounts.username_taken": _("用户名 %(username)s 已有人用，请换一个。"),
    "accounts.role_held": _("这个账户已经有这个身份。"),
    "accounts.outside": _("这个地区不归你管。"),
    "accounts.role_not_held": _("这个账户没有这个身份，不能给它令牌。"),
    "accounts.password_once": _("你的密码是管理员给的一次性密码，请先在网页登录并改成自己的。"),
    "mfa.missing": _("你的账户须先设置一次性验证码。请在网页登录后到“我的账户与安全”里设置。"),
    "idempotency.in_flight": _("同一请求正在处理，请稍候再看结果。"),
    "idempotency.other_body": _("同一个 Idempotency-Key 不能用于不同的内容。"),
    "idempotency.key_too_long": _("Idempotency-Key 最长 255 个字符。"),
}

UNITS = {
    "degC": _("℃"),
    "degF": _("℉"),
    "/min": _("次/分"),
    "jin": _("斤"),
    "NRS": _("分"),
}


def unit(code: str) -> str:
    """A unit as people write it."""
    return str(UNITS.get(code, code))


def all_refusals() -> Mapping[str, Any]:
    """Every refusal code of every app with its sentence."""
    found = dict(REFUSALS) | {code: partial(_of_policy, code) for code in policy_words.REFUSALS}
    for module in _modules():
        found |= getattr(module, "REFUSALS", {})
    return found


def _of_policy(code: str, facts: Mapping[str, Any]) -> str:
    return policy_words.sentence(code, facts)[is_english()]


def _modules() -> list[ModuleType]:
    names = [f"{config.name}.words" for config in apps.get_app_configs() if config.name.startswith("yijia.apps.")]
    return [import_module(name) for name in names if find_spec(name)]


@cache
def _known() -> tuple[Mapping[str, Any], Mapping[str, Mapping[str, Any]]]:
    return all_refusals(), all_facts()


def all_facts() -> Mapping[str, Mapping[str, Any]]:
    """Codes that facts hold, as people call them: fact name → code → word (`FACTS` of any `words.py`)."""
    found: dict[str, dict[str, Any]] = {"permission": {str(code): name for code, name in PERMISSIONS.items()}}
    for module in _modules():
        for name, names in getattr(module, "FACTS", {}).items():
            found.setdefault(name, {}).update(names)
    return found


def sentence(refusal: Refusal) -> str:
    """What to tell the person; raises KeyError for a code nobody gave words (a house test finds those first)."""
    sentences, _names = _known()
    words = sentences[refusal.code]
    return str(words(refusal.facts)) if callable(words) else str(words) % _Shown(refusal)


_KINDS = {
    "orders": "order",
    "offers": "offer",
    "filings": "filing",
    "items": "filing",
    "alarms": "alarm",
    "sos": "alarm",
    "complaints": "complaint",
    "cooperations": "cooperation",
    "breaches": "breach",
}


# facts that are keys of policy, and whose name is shown instead
_OF_POLICY: Mapping[str, Any] = {
    "key": policy_names.of_key,
    "item_code": policy_names.of_item,
    "code": policy_names.of_code,
    "sources": lambda source, _place: (policy_names.titles([source]),) * 2,
}


class _Shown(dict[str, str]):
    """Facts as people read them; a fact the sentence asks for and nobody gave shows as a dash."""

    def __init__(self, refusal: Refusal):
        _sentences, names = _known()
        states = STATES.get(_KINDS.get(refusal.code.partition(".")[0], ""), {})

        def word(name: str, value: Any) -> str:
            if is_english() and f"{name}_en" in refusal.facts:  # a fact that brings its own English
                return str(refusal.facts[f"{name}_en"])
            if isinstance(value, tuple | list | frozenset | set):
                return gettext("、").join(word(name, part) for part in value)
            if name in {"status", "state"} and str(value) in states:
                return str(states[str(value)][1])
            if name in _OF_POLICY:
                return _OF_POLICY[name](str(value), refusal.facts.get("jurisdiction"))[is_english()]
            return str(names.get(name, {}).get(str(value), value))

        super().__init__({name: word(name, value) for name, value in refusal.facts.items()})

    def __missing__(self, key: str) -> str:
        return "—"


def permission(code: str) -> str:
    """A permission's name in the reader's language."""
    return str(PERMISSIONS[Permission(code)]) if code in set(Permission) else code


def is_english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def listed(parts: Iterable[Any]) -> str:
    """One after the other, as the reader's language lists things."""
    return (", " if is_english() else "、").join(str(part) for part in parts)


def say(text: str) -> str:
    """A sentence of this module's own, already in the catalogue."""
    return gettext(text)
