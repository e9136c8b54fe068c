"""What is typed: signatures and reasons under papers, terms and performance of agreements between institutions."""

from yijia.apps.agreements.forms.cooperations import BreachForm, PartySignForm, PerformForm, TermsForm
from yijia.apps.agreements.forms.papers import RevokeForm, SignForm, attempt

__all__ = ["BreachForm", "PartySignForm", "PerformForm", "RevokeForm", "SignForm", "TermsForm", "attempt"]
