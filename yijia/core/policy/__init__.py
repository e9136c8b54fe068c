"""Policy editions: what an authority decided, where, since when, and how well we know it."""

from yijia.core.policy.bands import band
from yijia.core.policy.check import Report, check
from yijia.core.policy.editions import Candidate, Editions, Explanation, PolicyError
from yijia.core.policy.evidence import Evidence
from yijia.core.policy.frozen import contains, freeze, plain
from yijia.core.policy.jurisdictions import is_jurisdiction, jurisdiction_chain
from yijia.core.policy.schema import read_document, read_sources
from yijia.core.policy.values import Document, Finding, Source, Value

__all__ = [
    "Candidate", "Document", "Editions", "Evidence", "Explanation", "Finding", "PolicyError", "Report", "Source", "Value",
    "band", "check", "contains", "freeze", "is_jurisdiction", "jurisdiction_chain", "plain", "read_document", "read_sources",
]  # fmt: skip
