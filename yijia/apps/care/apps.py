"""Django's entry to this context."""

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "yijia.apps.care"
    label = "care"

    def ready(self) -> None:
        from yijia.apps.agreements.queries import tell_handed_papers
        from yijia.apps.care.queries import is_handed_paper

        tell_handed_papers(is_handed_paper)
