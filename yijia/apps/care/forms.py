"""Shape of what is typed about orders; what may stand is decided by actions."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.care import words
from yijia.base.errors import Invalid
from yijia.core.gate import first_assessment
from yijia.core.gate.home_risk import Question

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_YES_NO = [("yes", _("是")), ("no", _("否"))]
COMPANION = "companion"
"""The home-risk question that asks whether an adult will be present; its answer `present` says yes."""


class Form(forms.Form):
    """A form that takes what an action found wrong."""

    label_suffix = ""

    def refuse(self, wrong: Invalid) -> None:
        """Put each fault beside its field, the rest above the form."""
        for field, said in wrong.fields.items():
            self.add_error(field if field in self.fields else None, [str(text) for text in said])


class NeedForm(Form):
    """Step one: for whom, what is needed, in one's own words."""

    resident = forms.ChoiceField(label=_("给谁约"), widget=forms.RadioSelect)
    need = forms.ChoiceField(label=_("需要什么帮助"), widget=forms.RadioSelect)
    description = forms.CharField(
        label=_("想补充的话"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("比如伤口在哪里、多久没换药。不写也可以。"),
    )

    def __init__(self, *args: Any, residents: Sequence[tuple[str, str]], needs: Sequence[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        self.fields["need"].choices = needs
        self.fields["resident"].choices = residents
        if len(residents) == 1:
            self.fields["resident"].widget = forms.HiddenInput()
            self.fields["resident"].initial = residents[0][0]


class WhenForm(Form):
    """Step two: which items, on which day, in which window of which institution."""

    item = forms.MultipleChoiceField(label=_("具体做什么"), widget=forms.CheckboxSelectMultiple)
    day = forms.DateField(label=_("哪一天"), widget=_DAY)
    slot = forms.RegexField(
        label=_("机构和时段"),
        regex=r"\A[0-9]{1,18}@[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}\Z",
        error_messages={"required": words.FAULTS["pick_window"], "invalid": words.FAULTS["pick_window"]},
    )

    def __init__(self, *args: Any, items: Sequence[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        self.fields["item"].choices = items


class HomeRiskForm(Form):
    """The questions about the home, one radio group each."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, questions: Sequence[Question], must: bool = True, **more: Any):
        super().__init__(*args, **more)
        self.codes = [question.code for question in questions]
        english = words.is_english()
        for question in questions:
            choices = [(answer.code, answer.en if english else answer.zh) for answer in question.answers]
            self.fields[f"risk_{question.code}"] = forms.ChoiceField(
                label=question.en if english else question.zh, choices=choices, widget=forms.RadioSelect, required=must
            )

    @property
    def risk_fields(self) -> list[Any]:
        return [self[f"risk_{code}"] for code in self.codes]

    def answers(self) -> dict[str, str]:
        """Question → answer, of what was answered."""
        return {code: self.cleaned_data[f"risk_{code}"] for code in self.codes if self.cleaned_data.get(f"risk_{code}")}


class CheckForm(HomeRiskForm):
    """Step three: who will be there, the doctor's order, the home; then it is sent, at the price that was read."""

    quoted_fen = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, error_messages={"required": words.FAULTS["price_not_seen"]}
    )

    prescription = forms.CharField(
        label=_("医生开过的医嘱或处方"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("打针、插管、用药要有医嘱。写上哪家医院、哪一天开的。"),
    )

    def __init__(self, *args: Any, for_desk: bool, **more: Any):
        super().__init__(*args, **more)
        if COMPANION not in self.codes:  # a place that does not ask about company among its questions is asked here
            self.fields["guardian_present"] = forms.ChoiceField(
                label=_("护士上门时，家里有成年家人或照护者在吗"), choices=_YES_NO, widget=forms.RadioSelect
            )
        if for_desk:
            self.fields["requester_name"] = forms.CharField(label=_("来电人姓名"), max_length=60)
            self.fields["requester_relation"] = forms.CharField(
                label=_("来电人是老人的"), max_length=20, help_text=_("例如：本人、女儿、邻居。")
            )

    def has_company(self) -> bool | None:
        """Whether an adult will be there; None when nobody said."""
        return self._company(self.cleaned_data, self.answers())

    def so_far(self) -> tuple[dict[str, str] | None, bool | None]:
        """The answers about the home and about company as far as they are typed: now, or when the page was last open."""
        given = self.cleaned_data if self.is_bound else self.initial
        said = {code: given[f"risk_{code}"] for code in self.codes if given.get(f"risk_{code}")}
        return said or None, self._company(given, said)

    @staticmethod
    def _company(given: Mapping[str, Any], answers: Mapping[str, str]) -> bool | None:
        said = given.get("guardian_present") or answers.get(COMPANION)
        return None if not said else said in ("yes", "present")


class AssessForm(Form):
    """A doctor's first assessment."""

    use_required_attribute = False  # a rejection needs its reason only
    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("给护士的话"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason = forms.CharField(
        label=_("不予受理的原因"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("老人和家属会看到这句话。"),
    )

    def __init__(self, *args: Any, questions: Sequence[first_assessment.Question], items: Collection[str], **more: Any):
        super().__init__(*args, **more)
        self.asked = {question.code: question for question in first_assessment.asked(questions, items)}
        must = self.data.get("decision") != "reject"
        english = words.is_english()
        for code, question in self.asked.items():
            choices = [(c.code, c.en if english else c.zh) for c in question.choices_for(items)] or _YES_NO
            label = question.en if english else question.zh
            self.fields[code] = forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=must)
        self.order_fields([*self.asked, "note", "reason", "version"])

    @property
    def verdicts(self) -> list[Any]:
        return [self[code] for code in self.asked]

    def answers(self) -> dict[str, bool | str]:
        """What was answered; an unanswered question is left out."""
        given = {code: self.cleaned_data[code] for code in self.asked if self.cleaned_data.get(code)}
        return {code: said if self.asked[code].choices else said == "yes" for code, said in given.items()}


class SignForm(Form):
    """Who signs both papers, and how."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    signer = forms.ChoiceField(label=_("谁签"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("签字人姓名"), max_length=60)
    relation = forms.CharField(
        label=_("与老人的关系"), max_length=20, required=False, help_text=_("代签时填写，例如：女儿。")
    )
    method = forms.ChoiceField(label=_("怎样签"), widget=forms.RadioSelect)
    witness = forms.CharField(label=_("见证人姓名"), max_length=60, required=False, help_text=_("按指印时要有见证人。"))
    image = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, signers: Sequence[str], methods: Sequence[str], **more: Any):
        super().__init__(*args, **more)
        self.fields["signer"].choices = [(code, words.SIGNERS[code]) for code in signers]
        self.fields["method"].choices = [(code, words.METHODS[code]) for code in methods]
        if len(signers) == 1:
            self.fields["signer"].widget = forms.HiddenInput()
            self.fields["signer"].initial = signers[0]


class CancelForm(Form):
    """Why, and what the button promised."""

    reason = forms.CharField(label=_("原因"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    refund_fen = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)


class HandoverForm(Form):
    """What the hospital says about the patient it discharges."""

    diagnosis = forms.CharField(label=_("出院诊断"), max_length=200)
    summary = forms.CharField(
        label=_("出院小结"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("病情、用药、伤口和注意事项。"),
    )
    discharged_on = forms.DateField(label=_("出院日期"), widget=_DAY)
    tubes = forms.MultipleChoiceField(
        label=_("带出的管路"), required=False, widget=forms.CheckboxSelectMultiple, choices=list(words.TUBES.items())
    )


class FilterForm(Form):
    """What the list of orders is narrowed to."""

    q = forms.CharField(label=_("单号、姓名、手机"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("状态"), required=False)
    need = forms.ChoiceField(label=_("需要"), required=False)
    channel = forms.ChoiceField(label=_("来路"), required=False, choices=[("", _("全部")), *words.CHANNELS.items()])
    from_on = forms.DateField(label=_("从"), required=False, widget=_DAY)
    until_on = forms.DateField(label=_("到"), required=False, widget=_DAY)

    def __init__(self, *args: Any, needs: Sequence[tuple[str, str]], states: Sequence[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        for bound in self.fields.values():
            bound.widget.attrs["class"] = "form-select" if isinstance(bound.widget, forms.Select) else "form-control"
        self.fields["need"].choices = [("", _("全部")), *needs]
        self.fields["state"].choices = [("", _("全部")), *states]
