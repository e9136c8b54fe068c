"""Writes of the register: residents, proxies, staff and their papers, and looking behind a mask."""

from yijia.apps.registry.actions.facts import end_fact, record_fact, void_fact
from yijia.apps.registry.actions.links import end_link, link_resident, mark_home_risk, set_preference
from yijia.apps.registry.actions.organisations import correct_organisation
from yijia.apps.registry.actions.privacy import unmask
from yijia.apps.registry.actions.proxies import grant_proxy, revoke_proxy
from yijia.apps.registry.actions.residents import correct_resident, record_death, register_resident
from yijia.apps.registry.actions.staff import add_cover, add_credential, add_staff, check_credential, correct_staff

__all__ = [
    "add_cover",
    "add_credential",
    "add_staff",
    "check_credential",
    "correct_organisation",
    "correct_resident",
    "correct_staff",
    "end_fact",
    "end_link",
    "grant_proxy",
    "link_resident",
    "mark_home_risk",
    "record_death",
    "record_fact",
    "register_resident",
    "revoke_proxy",
    "set_preference",
    "unmask",
    "void_fact",
]
