"""Reads of the register: residents, proxies, staff, organisations, and their facts for the upper contexts."""

from yijia.apps.registry.queries.facts import (
    Contact,
    ResidentFacts,
    contact_for_system,
    institution_facts_for_system,
    resident_facts_for_system,
    staff_facts_for_system,
)
from yijia.apps.registry.queries.gate import staff_gates_for_system
from yijia.apps.registry.queries.organisations import (
    count_expired_licences,
    get_organisation,
    list_departments,
    list_organisations,
    organisations_for_system,
)
from yijia.apps.registry.queries.places import within
from yijia.apps.registry.queries.residents import (
    find_residents,
    get_proxy,
    get_resident,
    link_kinds_for_system,
    list_housemates,
    list_links,
    list_my_residents,
    list_preferences,
    list_proxies,
    proxies_of,
    resident_by_identity_for_system,
    residents_in_sight,
)
from yijia.apps.registry.queries.staff import (
    Expiry,
    get_credential,
    get_staff,
    list_covers,
    list_credentials,
    list_expiries,
    list_staff,
    staff_for_system,
)

__all__ = [
    "Contact",
    "Expiry",
    "ResidentFacts",
    "contact_for_system",
    "count_expired_licences",
    "find_residents",
    "get_credential",
    "get_organisation",
    "get_proxy",
    "get_resident",
    "get_staff",
    "institution_facts_for_system",
    "link_kinds_for_system",
    "list_covers",
    "list_credentials",
    "list_departments",
    "list_expiries",
    "list_housemates",
    "list_links",
    "list_my_residents",
    "list_organisations",
    "list_preferences",
    "list_proxies",
    "list_staff",
    "organisations_for_system",
    "proxies_of",
    "resident_by_identity_for_system",
    "resident_facts_for_system",
    "residents_in_sight",
    "staff_facts_for_system",
    "staff_for_system",
    "staff_gates_for_system",
    "within",
]
