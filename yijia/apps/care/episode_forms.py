"""Shape of what is typed about episodes; what may stand is decided by actions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.care import episode_words
from yijia.apps.care.forms import Form
from yijia.apps.care.queries import Episode, Staff, Team
from yijia.base.words import listed
from yijia.core.programmes.lifecycle import Event, State
from yijia.core.programmes.model import Activity, Cadence, Programme, Provider
from yijia.core.programmes.visited import typed
from yijia.core.programmes.vocabulary import PERSON, READING, STATED
from yijia.core.rules import Kind

_TEXT = forms.Textarea(attrs={"rows": 3})
_TRI = [("", _("不清楚")), ("yes", _("是")), ("no", _("否"))]


def column_word(name: str, *, is_reading: bool = False) -> str:
    """A column's name in the reader's language."""
    column = (READING if is_reading else PERSON)[name]
    return column.en if episode_words.in_english() else column.zh


def _hands(asked: Activity | Provider) -> str:
    return listed(episode_words.ROLES_ASKED.get(role, role) for role in asked.roles)


def _person(person: Staff) -> str:
    """A member of staff as a choice: the name and the profession."""
    return f"{person.name} · {episode_words.ROLES_ASKED.get(person.profession, person.profession)}"


class MoveForm(Form):
    """What one move asks for; a move that asks for nothing has an empty form."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, event: Event, programme: Programme, staff: Sequence[Staff], **more: Any):
        super().__init__(*args, **more)
        people = [("", "—"), *((str(person.pk), _person(person)) for person in staff)]
        if event is Event.ACTIVATE:
            self.fields["lead_id"] = forms.TypedChoiceField(
                label=_("责任人员"), choices=people, coerce=int, empty_value=None, required=False
            )
            self.fields["nurse_id"] = forms.TypedChoiceField(
                label=_("责任护士或第二人"), choices=people, coerce=int, empty_value=None, required=False
            )
            if programme.provider is not None and programme.provider.roles:
                roles = _hands(programme.provider)
                self.fields["lead_id"].help_text = _("两人里须有：%(roles)s") % {"roles": roles}
        if event in (Event.ACTIVATE, Event.RENEW) and programme.registration is not None:
            label = episode_words.of(programme.registration)
            self.fields["registered_no"] = forms.CharField(
                label=_("登记号"), max_length=40, required=event is Event.ACTIVATE, help_text=label
            )
        if event in (Event.SUSPEND, Event.TURN_DOWN):
            self.fields["reason"] = forms.CharField(label=_("原因"), max_length=200)
        if event is Event.END and programme.ending is not None:
            reasons = [(one.code, episode_words.of(one.words)) for one in programme.ending.reasons]
            self.fields["reason"] = forms.ChoiceField(label=_("结束原因"), choices=reasons, widget=forms.RadioSelect)
            self.fields["note"] = forms.CharField(label=_("说明"), max_length=1000, widget=_TEXT, required=False)


class QualifyForm(Form):
    """A qualification visit: who was there, what is the case, which grade, whether it passes."""

    def __init__(self, *args: Any, programme: Programme, staff: Sequence[Staff], **more: Any):
        super().__init__(*args, **more)
        people = [(str(person.pk), _person(person)) for person in staff]
        self.fields["persons"] = forms.TypedMultipleChoiceField(
            label=_("谁参加"), choices=people, coerce=int, widget=forms.CheckboxSelectMultiple
        )
        asked = programme.qualification
        if asked is not None and (asked.persons or 1) > 1:
            self.fields["persons"].help_text = _("至少 %(n)s 人参加，评估才算数。") % {"n": asked.persons}
        self.columns = asked_columns(programme)
        for name in self.columns:
            if PERSON[name].kind is Kind.BOOLEAN:
                field: forms.Field = forms.ChoiceField(label=column_word(name), choices=_TRI, required=False)
            else:
                field = forms.IntegerField(label=column_word(name), required=False, min_value=0, max_value=9)
            self.fields[f"is_{name}"] = field
        if programme.grading is not None:
            grades = [
                ("", _("按规则自动")),
                *((one.code, episode_words.of(one.words)) for one in programme.grading.grades),
            ]
            self.fields["grade"] = forms.ChoiceField(label=_("等级"), choices=grades, required=False)
        self.fields["note"] = forms.CharField(label=_("评估意见"), max_length=2000, widget=_TEXT, required=False)
        self.fields["verdict"] = forms.ChoiceField(
            label=_("结论"), choices=[("pass", _("通过")), ("fail", _("不通过"))], widget=forms.RadioSelect
        )

    def stated(self) -> dict[str, Any]:
        """What was answered, by column; what was left open stays unknown."""
        found: dict[str, Any] = {}
        for name in self.columns:
            given = self.cleaned_data.get(f"is_{name}")
            if given in ("yes", "no"):
                found[name] = given == "yes"
            elif isinstance(given, int):
                found[name] = given
        return found


class RecordForm(Form):
    """One service as it was given; a follow-up's readings beside it, those that a visit measured filled in already."""

    def __init__(
        self,
        *args: Any,
        programme: Programme,
        staff: Sequence[Staff],
        episode: Episode,
        kept: Mapping[str, tuple[Any, str]] | None = None,
        before: Mapping[str, str] | None = None,
        **more: Any,
    ):
        super().__init__(*args, **more)
        is_over = episode.state == State.CLOSING
        lines = [
            (line.code, " · ".join(filter(None, (episode_words.of(line.words), _hands(line)))))
            for line in programme.plan
            if (line.cadence is Cadence.AFTER) == is_over and line.package in ("", episode.package)
        ]
        first = [*self.initial.get("persons", ()), episode.lead_id, episode.nurse_id]
        people = [
            (str(person.pk), _person(person))
            for person in sorted(staff, key=lambda one: first.index(one.pk) if one.pk in first else len(first))
        ]
        self.fields["activity"] = forms.ChoiceField(label=_("做了什么"), choices=lines, widget=forms.RadioSelect)
        if len(lines) == 1:  # nothing to choose
            self.initial["activity"] = lines[0][0]
        self.fields["persons"] = forms.TypedMultipleChoiceField(
            label=_("谁做的"), choices=people, coerce=int, widget=forms.CheckboxSelectMultiple
        )
        self.needed = (
            [name for name in programme.follow_up.needed if name != "age_years"] if programme.follow_up else []
        )
        for name in self.needed:
            if READING[name].kind is Kind.BOOLEAN:
                field: forms.Field = forms.ChoiceField(
                    label=column_word(name, is_reading=True), choices=_TRI, required=False
                )
            else:
                field = forms.DecimalField(
                    label=column_word(name, is_reading=True), required=False, min_value=0, max_value=400
                )
            if kept and name in kept:
                value, where = kept[name]
                field.initial, field.help_text = {True: "yes", False: "no"}.get(value, value), where
            field.unit, field.before, field.is_asked = READING[name].unit or "", (before or {}).get(name, ""), True
            self.fields[name] = field
        is_timed = any(line.cadence is Cadence.WEEKLY for line in programme.plan)
        self.fields["note"] = forms.CharField(
            label=_("记录"),
            max_length=4000,
            widget=_TEXT,
            required=not (self.needed or is_timed),  # else the action asks: a reading or the minutes may say it
            error_messages={"required": episode_words.EPISODE_FAULTS["says_nothing"]},
        )
        self.fields["is_worse"] = forms.BooleanField(label=_("病情加重，提醒责任医生"), required=False)
        if is_timed:
            self.fields["minutes"] = forms.IntegerField(
                label=_("用了多少分钟"),
                required=False,
                min_value=1,
                max_value=1440,
                help_text=_("按周计划上门的必填，计入每周上限。"),
            )
            self.fields["is_beyond"] = forms.BooleanField(label=_("超出每周上限，由本人自付"), required=False)

    def reading(self) -> dict[str, Any] | None:
        """The readings of a follow-up; None when nothing was measured."""
        found: dict[str, Any] = {}
        for name in self.needed:
            given = self.cleaned_data.get(name)
            if given in ("yes", "no"):
                found[name] = given == "yes"
            elif given not in (None, ""):
                found[name] = int(given) if READING[name].kind is Kind.INTEGER else given
        return found or None


class PeopleForm(Form):
    """Who is responsible for one episode, which team, and why that changes."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, staff: Sequence[Staff], teams: Sequence[Team], episode: Episode, **more: Any):
        super().__init__(*args, **more)
        people = [("", "—"), *((str(person.pk), _person(person)) for person in staff)]
        for name, label, choices in (
            ("lead_id", _("责任人员"), people),
            ("nurse_id", _("责任护士或第二人"), people),
            ("team_id", _("团队"), [("", "—"), *((str(team.pk), team.name) for team in teams)]),
        ):
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
                initial=getattr(episode, name),
            )
        self.fields["reason"] = forms.CharField(label=_("原因"), max_length=200)
        self.fields["version"].initial = episode.version


class ClosingForm(Form):
    """What is written at the end."""

    summary = forms.CharField(label=_("小结"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    advice = forms.CharField(label=_("后续建议"), max_length=2000, widget=_TEXT, required=False)


class AdmissionForm(Form):
    """A hospital stay as it was reported, today or some days ago."""

    hospital = forms.CharField(label=_("住到哪家医院"), max_length=80)
    admitted_on = forms.DateField(
        label=_("哪一天入院"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)


class DischargeForm(Form):
    """The day somebody left hospital."""

    discharged_on = forms.DateField(
        label=_("哪一天出院"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class CorrectForm(Form):
    """A record put right, or taken back; the old one stays readable."""

    note = forms.CharField(label=_("改成"), max_length=4000, widget=_TEXT, required=False)
    is_void = forms.BooleanField(label=_("整条作废，不计入"), required=False)
    reason = forms.CharField(label=_("原因"), max_length=200)

    def __init__(self, *args: Any, reading: Mapping[str, Any], **more: Any):
        super().__init__(*args, **more)
        self.old = {name: value for name, value in reading.items() if name in READING}
        for name, value in self.old.items():
            label = column_word(name, is_reading=True)
            if READING[name].kind is Kind.BOOLEAN:
                field: forms.Field = forms.ChoiceField(label=label, choices=_TRI[1:])
            else:
                field = forms.DecimalField(label=label, min_value=0, max_value=400)
            field.initial, field.unit = {True: "yes", False: "no"}.get(value, value), READING[name].unit or ""
            self.fields[f"value_{name}"] = field
        self.order_fields([*(f"value_{name}" for name in self.old), "note", "is_void", "reason"])

    def facts(self) -> dict[str, Any]:
        """What the action takes: only the values that were changed."""
        given = dict(self.cleaned_data)
        changed = {}
        for name, value in self.old.items():
            said = given.pop(f"value_{name}")
            kind = READING[name].kind
            now = said == "yes" if kind is Kind.BOOLEAN else typed(kind, said)
            if now != (value if kind is Kind.BOOLEAN else typed(kind, value)):
                changed[name] = now
        return {**given, "reading": changed or None}


class TransferForm(Form):
    """Everything one member of staff is responsible for goes to another."""

    from_staff = forms.TypedChoiceField(label=_("谁离开"), coerce=int)
    to_staff = forms.TypedChoiceField(label=_("谁接手"), coerce=int)
    reason = forms.CharField(label=_("原因"), max_length=200)

    def __init__(self, *args: Any, staff: Sequence[Staff], leavers: Sequence[Staff], **more: Any):
        super().__init__(*args, **more)
        people = [(str(person.pk), _person(person)) for person in staff]
        left = [
            (str(person.pk), _("%(name)s（已离岗，名下 %(n)s 份）") % {"name": _person(person), "n": person.carries})
            for person in leavers
        ]
        self.fields["from_staff"].choices = [*left, *people]
        self.fields["to_staff"].choices = people


class ApplyForm(Form):
    """For whom, and at which institution."""

    resident = forms.TypedChoiceField(label=_("给谁申请"), coerce=int, widget=forms.RadioSelect)
    organisation = forms.TypedChoiceField(label=_("向哪家机构申请"), coerce=int)

    def __init__(
        self, *args: Any, residents: Sequence[tuple[str, str]], houses: Sequence[tuple[str, str]], **more: Any
    ):
        super().__init__(*args, **more)
        self.fields["resident"].choices = residents
        self.fields["organisation"].choices = houses
        if len(residents) == 1:
            self.fields["resident"].initial = residents[0][0]


def asked_columns(programme: Programme) -> list[str]:
    """The columns of the programme's rules that somebody must state, in the order of the rules."""
    found: dict[str, None] = {}
    for condition in programme.eligibility:
        for one in condition.any_of or (condition,):
            found |= dict.fromkeys(one.rule.columns if one.rule else ())
    for line in programme.plan:
        found |= dict.fromkeys(line.for_whom.columns if line.for_whom else ())
    for grade in programme.grading.grades if programme.grading else ():
        found |= dict.fromkeys(grade.rule.columns if grade.rule else ())
    return [name for name in found if name in STATED]
