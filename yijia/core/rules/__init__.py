"""Rules: SQL boolean expressions over a published vocabulary, type-checked when loaded, explained when asked."""

from yijia.core.rules.rule import Conjunct, Rule, compile_rule
from yijia.core.rules.vocabulary import Column, Kind, RuleError, Vocabulary

__all__ = ["Column", "Conjunct", "Kind", "Rule", "RuleError", "Vocabulary", "compile_rule"]
