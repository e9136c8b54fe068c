"""Shape of an agreed week as it is typed: a mode, and for each weekday when somebody comes and how long."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.care import episode_words
from yijia.apps.care.forms import Form
from yijia.core.programmes.model import Mode
from yijia.core.programmes.week import Slot

WEEKDAYS = {1: _("周一"), 2: _("周二"), 3: _("周三"), 4: _("周四"), 5: _("周五"), 6: _("周六"), 7: _("周日")}


class WeekForm(Form):
    """One line a day; a day without a time has no visit."""

    def __init__(self, *args: Any, modes: Sequence[Mode], **more: Any):
        super().__init__(*args, **more)
        choices = [(one.code, episode_words.of(one.words)) for one in modes]
        self.fields["mode"] = forms.ChoiceField(label=_("服务方式"), choices=choices, widget=forms.RadioSelect)
        clock = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        for day, name in WEEKDAYS.items():
            self.fields[f"starts_{day}"] = forms.TimeField(label=name, required=False, widget=clock)
            self.fields[f"minutes_{day}"] = forms.IntegerField(
                label=_("分钟"), required=False, min_value=1, max_value=1440
            )

    def days(self) -> list[tuple[Any, Any, Any]]:
        """The lines of the table: the day, its time, its minutes."""
        return [(name, self[f"starts_{day}"], self[f"minutes_{day}"]) for day, name in WEEKDAYS.items()]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for day in WEEKDAYS:
            if (found.get(f"starts_{day}") is None) != (found.get(f"minutes_{day}") is None):
                self.add_error(f"minutes_{day}", str(_("时间和分钟要一起填。")))
        return found

    def slots(self) -> list[Slot]:
        """What the action takes."""
        data = self.cleaned_data
        return [
            Slot(day, data[f"starts_{day}"], data[f"minutes_{day}"])
            for day in WEEKDAYS
            if data[f"starts_{day}"] is not None
        ]
