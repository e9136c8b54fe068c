"""What is typed: signatures and reasons under papers, terms and performance of agreements between institutions."""

from yijia.apps.agreements.forms.cooperations import BreachForm, PartySignForm, PerformForm, TermsForm
from yijia.apps.agreements.forms.papers import CodeForm, HouseForm, RevokeForm, SignForm, attempt

__all__ = [
    "BreachForm",
    "CodeForm",
    "HouseForm",
    "PartySignForm",
    "PerformForm",
    "RevokeForm",
    "SignForm",
    "TermsForm",
    "attempt",
]
