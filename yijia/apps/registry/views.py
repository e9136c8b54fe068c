"""Doors of the register."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.apps.registry import actions, forms, initial, queries, screens, words
from yijia.apps.registry.posts import submit
from yijia.base.clock import business_date
from yijia.base.doors import allow
from yijia.base.errors import Invalid
from yijia.core.permissions import Permission


@require_GET
@allow(Permission.RESIDENT_VIEW)
def find(request: HttpRequest) -> HttpResponse:
    """Search residents by number, telephone, name or pinyin initials."""
    return render(
        request, "registry/find.html", {"screen": screens.found(request.actor, request.GET.get("q", ""), request.at)}
    )


@require_GET
@allow(Permission.RESIDENT_VIEW)
def mine(request: HttpRequest) -> HttpResponse:
    """Oneself and those whom one helps."""
    return render(request, "registry/mine.html", {"screen": screens.mine(request.actor, request.at)})


@require_GET
@allow(Permission.RESIDENT_VIEW)
def resident(request: HttpRequest, resident_id: int) -> HttpResponse:
    """A resident's card."""
    return render(request, "registry/resident.html", {"screen": screens.card(request.actor, resident_id, request.at)})


@require_http_methods(["GET", "POST"])
@allow(Permission.RESIDENT_EDIT)
def register(request: HttpRequest) -> HttpResponse:
    """Register a resident, or open the record that stands already."""
    form = forms.RegisterForm(request.POST or None, initial=initial.registration(request.actor, request.GET))

    def act() -> tuple[str, object]:
        facts = form.cleaned_data | {"identity_number": form.cleaned_data.pop("identity")}
        person, is_new = actions.register_resident(**facts, by=request.actor, at=request.at)
        return reverse("registry:resident", args=[person.pk]), words.REGISTERED if is_new else words.REGISTERED_BEFORE

    return submit(request, form, "registry/register.html", act, {"places": screens.places(request.actor)})


@require_http_methods(["GET", "POST"])
@allow(Permission.RESIDENT_EDIT)
def correct(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Put a resident's record right."""
    person = queries.get_resident(request.actor, resident_id)
    form = forms.CorrectForm(request.POST or None, initial=initial.correction(person))

    def act() -> tuple[str, object]:
        version = form.cleaned_data["version"]
        actions.correct_resident(
            resident_id=resident_id, version=version, changes=form.changes(), by=request.actor, at=request.at
        )
        return reverse("registry:resident", args=[resident_id]), words.CORRECTED

    return submit(
        request,
        form,
        "registry/correct.html",
        act,
        {"resident_id": resident_id, "places": screens.places(request.actor)},
    )


@require_http_methods(["GET", "POST"])
@allow(Permission.RESIDENT_EDIT)
def death(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Record the day a resident died."""
    person = queries.get_resident(request.actor, resident_id)
    form = forms.DeathForm(request.POST or None, initial={"version": person.version})

    def act() -> tuple[str, object]:
        actions.record_death(resident_id=resident_id, **form.cleaned_data, by=request.actor, at=request.at)
        return reverse("registry:resident", args=[resident_id]), words.DEATH_RECORDED

    return submit(request, form, "registry/death.html", act, {"resident_id": resident_id, "name": person.name})


@require_GET
@allow(Permission.FACT_VIEW)
def facts(request: HttpRequest, resident_id: int) -> HttpResponse:
    """What benefits hang on."""
    return render(request, "registry/facts.html", {"screen": screens.facts(request.actor, resident_id, request.at)})


@require_http_methods(["GET", "POST"])
@allow(Permission.FACT_RECORD)
def record_fact(request: HttpRequest, resident_id: int) -> HttpResponse:
    """One more statement benefits hang on."""
    form = forms.FactForm(request.POST or None, initial={"from_on": business_date(request.at)})
    context = {"screen": screens.facts(request.actor, resident_id, request.at)}

    def act() -> tuple[str, object]:
        actions.record_fact(resident_id=resident_id, **form.cleaned_data, by=request.actor, at=request.at)
        return reverse("registry:facts", args=[resident_id]), words.FACT_RECORDED

    return submit(request, form, "registry/record_fact.html", act, context)


@require_http_methods(["GET", "POST"])
@allow(Permission.FACT_RECORD)
def end_fact(request: HttpRequest, resident_id: int, fact_id: int) -> HttpResponse:
    """A statement holds until a day."""
    form = forms.EndFactForm(request.POST or None, initial={"until_on": business_date(request.at)})
    screen = screens.fact(request.actor, resident_id, fact_id, request.at)

    def act() -> tuple[str, object]:
        actions.end_fact(fact_id=fact_id, **form.cleaned_data, by=request.actor, at=request.at)
        return reverse("registry:facts", args=[resident_id]), words.FACT_ENDED

    return submit(request, form, "registry/fact.html", act, {"screen": screen, "is_void": False})


@require_http_methods(["GET", "POST"])
@allow(Permission.FACT_RECORD)
def void_fact(request: HttpRequest, resident_id: int, fact_id: int) -> HttpResponse:
    """A statement was never true."""
    form = forms.VoidFactForm(request.POST or None)
    screen = screens.fact(request.actor, resident_id, fact_id, request.at)

    def act() -> tuple[str, object]:
        actions.void_fact(fact_id=fact_id, **form.cleaned_data, by=request.actor, at=request.at)
        return reverse("registry:facts", args=[resident_id]), words.FACT_VOIDED

    return submit(request, form, "registry/fact.html", act, {"screen": screen, "is_void": True})


@require_POST
@allow(Permission.RESIDENT_EDIT)
def home_risk(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Note or lift what endangers a visit at a home."""
    form = forms.HomeRiskForm(request.POST)
    form.full_clean()
    actions.mark_home_risk(resident_id=resident_id, **form.cleaned_data, by=request.actor, at=request.at)
    messages.success(request, words.HOME_RISK_NOTED)
    return HttpResponseRedirect(reverse("registry:resident", args=[resident_id]))


@require_http_methods(["GET", "POST"])
@allow(Permission.PROXY_GRANT)
def grant_proxy(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Let a relative or guardian act for a resident."""
    person = queries.get_resident(request.actor, resident_id)
    form = forms.ProxyForm(request.POST or None)

    def act() -> tuple[str, object]:
        actions.grant_proxy(resident_id=resident_id, **form.cleaned_data, by=request.actor, at=request.at)
        return reverse("registry:resident", args=[resident_id]), words.PROXY_GRANTED

    return submit(request, form, "registry/proxy.html", act, {"resident_id": resident_id, "name": person.name})


@require_POST
@allow(Permission.PROXY_GRANT)
def revoke_proxy(request: HttpRequest, proxy_id: int) -> HttpResponse:
    """Take a proxy back."""
    proxy = actions.revoke_proxy(proxy_id=proxy_id, by=request.actor, at=request.at)
    messages.success(request, words.PROXY_REVOKED)
    return HttpResponseRedirect(reverse("registry:resident", args=[proxy.resident_id]))


@require_http_methods(["GET", "POST"])
@allow(Permission.RESIDENT_UNMASK)
def unmask(request: HttpRequest, subject: str, subject_id: int, field: str) -> HttpResponse:
    """Ask why, then show one identifier in clear; a page of its own without htmx."""
    form = forms.UnmaskForm(request.POST or None)
    context = {"form": form, "what": words.name_of(words.FIELDS, field), "value": None, "is_part": bool(request.htmx)}
    if request.method == "POST" and form.is_valid():
        try:
            context["value"] = actions.unmask(
                subject=subject,
                subject_id=subject_id,
                field=field,
                **form.cleaned_data,
                by=request.actor,
                at=request.at,
            )
        except Invalid as wrong:
            form.refuse(wrong)
    return _shown(request, context)


def _shown(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    template = "registry/_unmask.html" if context["is_part"] else "registry/unmask.html"
    response = render(
        request, template, context, status=422 if request.method == "POST" and context["value"] is None else 200
    )
    response.holds_secrets = context["value"] is not None
    return response


@require_GET
@allow(Permission.STAFF_VIEW)
def staff(request: HttpRequest) -> HttpResponse:
    """Staff, with what runs out."""
    asked = request.GET
    screen = screens.people(
        request.actor, request.at, text=asked.get("q", ""), profession=asked.get("profession", ""), page=asked.get("page", "1"),
        organisation_id=initial.number(asked.get("organisation")),
    )  # fmt: skip
    return render(request, "registry/staff.html", {"screen": screen})


@require_GET
@allow(Permission.STAFF_VIEW)
def expiries(request: HttpRequest) -> HttpResponse:
    """What runs out in 90 days."""
    screen = screens.expiries(request.actor, request.at, initial.number(request.GET.get("organisation")))
    return render(request, "registry/expiries.html", {"screen": screen})


@require_GET
@allow(Permission.STAFF_VIEW)
def staff_one(request: HttpRequest, staff_id: int) -> HttpResponse:
    """One member of staff."""
    return render(request, "registry/staff_one.html", {"screen": screens.person(request.actor, staff_id, request.at)})


@require_http_methods(["GET", "POST"])
@allow(Permission.STAFF_EDIT)
def add_staff(request: HttpRequest) -> HttpResponse:
    """Enter a member of staff."""
    house = initial.house(request.actor, request.GET)
    form = forms.StaffForm(request.POST or None, departments=queries.list_departments(request.actor, house.pk))

    def act() -> tuple[str, object]:
        added = actions.add_staff(organisation_id=house.pk, **form.facts(), by=request.actor, at=request.at)
        return reverse("registry:staff_one", args=[added.pk]), words.STAFF_ADDED

    return submit(request, form, "registry/add_staff.html", act)


@require_http_methods(["GET", "POST"])
@allow(Permission.STAFF_EDIT)
def correct_staff(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Put a member of staff's entry right."""
    person = queries.get_staff(request.actor, staff_id)
    departments = queries.list_departments(request.actor, person.organisation_id)
    form = forms.CorrectStaffForm(request.POST or None, initial=initial.staff(person), departments=departments)

    def act() -> tuple[str, object]:
        actions.correct_staff(
            staff_id=staff_id,
            version=form.cleaned_data["version"],
            changes=form.changes(),
            by=request.actor,
            at=request.at,
        )
        return reverse("registry:staff_one", args=[staff_id]), words.CORRECTED

    return submit(request, form, "registry/correct_staff.html", act, {"staff_id": staff_id, "name": person.name})


@require_http_methods(["GET", "POST"])
@allow(Permission.STAFF_EDIT)
def add_credential(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Add a paper of a member of staff."""
    person = queries.get_staff(request.actor, staff_id)
    form = forms.CredentialForm(request.POST or None)

    def act() -> tuple[str, object]:
        actions.add_credential(staff_id=staff_id, **form.cleaned_data, by=request.actor, at=request.at)
        return reverse("registry:staff_one", args=[staff_id]), words.PAPER_ADDED

    return submit(request, form, "registry/add_credential.html", act, {"staff_id": staff_id, "name": person.name})


@require_POST
@allow(Permission.STAFF_EDIT)
def check_credential(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Note that a paper was compared with the issuer's register."""
    paper = actions.check_credential(credential_id=credential_id, by=request.actor, at=request.at)
    messages.success(request, words.PAPER_CHECKED)
    return HttpResponseRedirect(reverse("registry:staff_one", args=[paper.staff_id]))


@require_http_methods(["GET", "POST"])
@allow(Permission.STAFF_EDIT)
def add_cover(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Add an insurance of a member of staff, or of everybody in the institution."""
    person = queries.get_staff(request.actor, staff_id)
    form = forms.CoverForm(request.POST or None)

    def act() -> tuple[str, object]:
        whose = None if form.cleaned_data.pop("for_everybody") else staff_id
        actions.add_cover(
            organisation_id=person.organisation_id, staff_id=whose, **form.cleaned_data, by=request.actor, at=request.at
        )
        return reverse("registry:staff_one", args=[staff_id]), words.COVER_ADDED

    return submit(request, form, "registry/add_cover.html", act, {"staff_id": staff_id, "name": person.name})


@require_GET
@allow(Permission.ORGANISATION_VIEW)
def organisations(request: HttpRequest) -> HttpResponse:
    """Institutions in sight with their licences."""
    asked = request.GET
    screen = screens.houses(
        request.actor, request.at, text=asked.get("q", ""), kind=asked.get("kind", ""), is_expiring=bool(asked.get("expiring")), page=asked.get("page", "1")
    )  # fmt: skip
    return render(request, "registry/organisations.html", {"screen": screen})


@require_GET
@allow(Permission.ORGANISATION_VIEW)
def organisation(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """One institution."""
    return render(
        request,
        "registry/organisation.html",
        {"screen": screens.house_page(request.actor, organisation_id, request.at)},
    )


@require_http_methods(["GET", "POST"])
@allow(Permission.ORGANISATION_EDIT)
def correct_organisation(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Put an institution's licence, registered modes or telephone right."""
    house = queries.get_organisation(request.actor, organisation_id)
    form = forms.HouseForm(request.POST or None, initial=initial.house_facts(house))

    def act() -> tuple[str, object]:
        actions.correct_organisation(
            organisation_id=organisation_id, changes=form.cleaned_data, by=request.actor, at=request.at
        )
        return reverse("registry:organisation", args=[organisation_id]), words.CORRECTED

    context = {"organisation_id": organisation_id, "name": words.house_name(house)}
    return submit(request, form, "registry/correct_organisation.html", act, context)
