"""Codes into sentences: every refusal code and permission has its words here or in the `words.py` of its app."""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yijia.core.permissions import Permission
from yijia.core.refusal import Refusal

REFUSALS: dict[str, Any] = {
    "permission.missing": _("缺少权限 %(permission)s。请找本机构的管理员授权。"),
    "idempotency.in_flight": _("同一请求正在处理，请稍候再看结果。"),
    "idempotency.other_body": _("同一个 Idempotency-Key 不能用于不同的内容。"),
    "lifecycle.wrong_state": _("现在的状态是“%(state)s”，不能做“%(event)s”。"),
}

PERMISSIONS: dict[str, Any] = {}  # filled by yijia/base/permission_words.py


def all_refusals() -> Mapping[str, Any]:
    """Every refusal code of every app with its sentence."""
    found = dict(REFUSALS)
    for config in apps.get_app_configs():
        name = f"{config.name}.words"
        if config.name.startswith("yijia.apps.") and find_spec(name):
            found |= getattr(import_module(name), "REFUSALS", {})
    from yijia.base.policy_words import REFUSALS as policy

    return found | dict(policy)


_known: Mapping[str, Any] = {}


def sentence(refusal: Refusal) -> str:
    """What to tell the person; raises KeyError for a code nobody gave words (a house test finds those first)."""
    global _known
    if refusal.code not in _known:
        _known = all_refusals()
    words = _known[refusal.code]
    return words(refusal.facts) if callable(words) and not hasattr(words, "_proxy____args") else str(words) % _shown(refusal.facts)


class _shown(dict):
    """Facts as people read them; a fact the sentence asks for and nobody gave shows as a dash."""

    def __init__(self, facts: Mapping[str, Any]):
        super().__init__({k: ("、".join(map(str, v)) if isinstance(v, tuple | list | frozenset) else v) for k, v in facts.items()})

    def __missing__(self, key: str) -> str:
        return "—"


def permission(code: str) -> str:
    """A permission's name in the reader's language."""
    from yijia.base.permission_words import PERMISSIONS as names

    return str(names[Permission(code)]) if code in set(Permission) else code


def say(text: str) -> str:
    """A sentence of this module's own, already in the catalogue."""
    return gettext(text)
