"""Pages of a resident's papers and of agreements between institutions."""

from yijia.apps.agreements.screens.papers import paper, papers, sign_form

__all__ = ["paper", "papers", "sign_form"]
