"""What the dispatcher sends."""

from django import forms


class BoardForm(forms.Form):
    on = forms.DateField(required=False)


class OpenForm(forms.Form):
    version = forms.IntegerField(required=False)
    planned_from = forms.DateTimeField(required=False)


class ChooseForm(forms.Form):
    """Nurses chosen, in the order of the page; the first leads."""

    staff = forms.TypedMultipleChoiceField(coerce=int, required=False)
    lead = forms.IntegerField(required=False)
    version = forms.IntegerField(required=False)
    answer_min = forms.IntegerField(required=False, min_value=1, max_value=1440)

    def __init__(self, data: object):
        super().__init__(data)
        given = self.data.getlist("staff") if hasattr(self.data, "getlist") else []
        self.fields["staff"].choices = [(pk, pk) for pk in given if pk.isdecimal()]

    def chosen(self) -> list[int]:
        """The nurses, the lead first."""
        found = list(self.cleaned_data["staff"])
        lead = self.cleaned_data["lead"]
        return sorted(found, key=lambda pk: pk != lead)


class ReleaseForm(forms.Form):
    reason = forms.CharField(required=False, max_length=200)
    staff = forms.IntegerField(required=False)
    again = forms.BooleanField(required=False)
    version = forms.IntegerField(required=False)
