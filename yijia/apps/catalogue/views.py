"""Doors of the catalogue: items, filings, area, prices."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.apps.catalogue import actions, forms, screens
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P


def _version(request: HttpRequest) -> int | None:
    form = forms.VersionForm(request.POST)
    return form.cleaned_data["version"] if form.is_valid() else None


def _note(request: HttpRequest) -> str:
    return request.POST.get("note", "")


@require_GET
@allow(P.CATALOGUE_VIEW)
def items(request: HttpRequest) -> HttpResponse:
    """The provincial catalogue by need."""
    return render(request, "catalogue/items.html", {"screen": screens.catalogue(request)})


@require_GET
@allow(P.CATALOGUE_VIEW)
def item(request: HttpRequest, code: str) -> HttpResponse:
    """One item with the evidence of each value."""
    return render(request, "catalogue/item.html", {"screen": screens.item(request, code)})


@require_POST
@allow(P.CATALOGUE_PICK)
def pick(request: HttpRequest, code: str) -> HttpResponse:
    """Choose an item for one's institution."""
    house = screens.offered_items(request).house_id
    row = actions.pick_item(organisation_id=house, item_code=code, by=request.actor, at=request.at)
    return redirect("catalogue:offered_item", row.pk)


@require_GET
@allow(P.CATALOGUE_VIEW)
def offered_items(request: HttpRequest) -> HttpResponse:
    """What an institution chose."""
    return render(request, "catalogue/offered_items.html", {"screen": screens.offered_items(request)})


@require_http_methods(["GET", "POST"])
@allow(P.CATALOGUE_PICK, P.CATALOGUE_REVIEW)
def offered_item(request: HttpRequest, offered_item_id: int) -> HttpResponse:
    """One chosen item; posting hands the answers to the authority."""
    screen = screens.offered_item(request, offered_item_id)
    if request.method == "GET" or screen.form is None:
        return render(request, "catalogue/offered_item.html", {"screen": screen})
    form = forms.CriteriaForm(
        request.POST, criteria={code: screen.form.fields[f"met_{code}"].label for code in screen.form.codes}
    )
    given = {"offered_item_id": offered_item_id, "by": request.actor, "at": request.at}
    if form.is_valid() and forms.attempt(
        form, lambda: actions.submit_item(criteria=form.answers(), version=form.cleaned_data["version"], **given)
    ):
        messages.success(request, _("已报送，等监管员审核。"))
        return redirect("catalogue:offered_item", offered_item_id)
    return render(
        request,
        "catalogue/offered_item.html",
        {"screen": screens.offered_item(request, offered_item_id, form)},
        status=422,
    )


@require_POST
@allow(P.CATALOGUE_REVIEW)
def review_item(request: HttpRequest, offered_item_id: int, answer: str) -> HttpResponse:
    """Publish a choice or return it."""
    actions.review_item(
        offered_item_id=offered_item_id,
        is_published=answer == "publish",
        note=_note(request),
        version=_version(request),
        by=request.actor,
        at=request.at,
    )
    messages.success(request, _("已公布。") if answer == "publish" else _("已退回，机构会看到意见。"))
    return redirect("catalogue:reviews")


@require_POST
@allow(P.CATALOGUE_PICK, P.CATALOGUE_REVIEW)
def withdraw_item(request: HttpRequest, offered_item_id: int) -> HttpResponse:
    """Stop offering an item."""
    actions.withdraw_item(
        offered_item_id=offered_item_id, note=_note(request), version=_version(request), by=request.actor, at=request.at
    )
    messages.success(request, _("已停开。没开始的新单不能再选它。"))
    return redirect("catalogue:offered_item", offered_item_id)


@require_GET
@allow(P.CATALOGUE_REVIEW, P.PRICE_REVIEW)
def reviews(request: HttpRequest) -> HttpResponse:
    """The authority's inbox."""
    return render(request, "catalogue/reviews.html", {"screen": screens.reviews(request)})


@require_GET
@allow(P.PRICE_FILE, P.PRICE_REVIEW)
def filings(request: HttpRequest) -> HttpResponse:
    """An institution's filings."""
    return render(request, "catalogue/filings.html", {"screen": screens.filings(request)})


@require_GET
@allow(P.PRICE_FILE, P.PRICE_REVIEW, P.PRICE_VIEW)
def filing(request: HttpRequest, filing_id: int) -> HttpResponse:
    """One filing with its history."""
    return render(request, "catalogue/filing.html", {"screen": screens.filing(request, filing_id)})


@require_http_methods(["GET", "POST"])
@allow(P.PRICE_FILE)
def edit_filing(request: HttpRequest, kind: str = "visit_fee", filing_id: int | None = None) -> HttpResponse:
    """Draft a filing, or correct a draft."""
    screen = screens.filing_form(request, kind, filing_id, request.POST or None)
    form = screen.form
    if request.method == "POST" and form.is_valid():
        given = {
            "organisation_id": screen.house_id,
            "filing_id": filing_id,
            "version": form.cleaned_data["version"],
            "by": request.actor,
            "at": request.at,
        }
        row = forms.attempt(form, lambda: actions.draft_filing(**form.filing(), **given))
        if row:
            return redirect("catalogue:filing", row.pk)
    return render(
        request, "catalogue/filing_form.html", {"screen": screen}, status=422 if request.method == "POST" else 200
    )


@require_POST
@allow(P.PRICE_FILE)
def submit_filing(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Hand a draft to the authority."""
    actions.submit_filing(filing_id=filing_id, version=_version(request), by=request.actor, at=request.at)
    messages.success(request, _("已报送，等监管员审核。"))
    return redirect("catalogue:filing", filing_id)


@require_POST
@allow(P.PRICE_REVIEW)
def review_filing(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Find a filing in order."""
    actions.review_filing(
        filing_id=filing_id, note=_note(request), version=_version(request), by=request.actor, at=request.at
    )
    messages.success(request, _("审核通过，可以公布了。"))
    return redirect("catalogue:filing", filing_id)


@require_POST
@allow(P.PRICE_REVIEW)
def return_filing(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Send a filing back."""
    actions.return_filing(
        filing_id=filing_id, note=_note(request), version=_version(request), by=request.actor, at=request.at
    )
    messages.success(request, _("已退回，机构会看到意见。"))
    return redirect("catalogue:reviews")


@require_POST
@allow(P.PRICE_FILE, P.PRICE_REVIEW)
def publish_filing(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Publish a reviewed filing."""
    row = actions.publish_filing(filing_id=filing_id, version=_version(request), by=request.actor, at=request.at)
    messages.success(request, _("已公布，备案号 %(number)s。") % {"number": row.number})
    return redirect("catalogue:filing", filing_id)


@require_http_methods(["GET", "POST"])
@allow(P.ORGANISATION_EDIT)
def area(request: HttpRequest) -> HttpResponse:
    """Where and when an institution visits."""
    screen = screens.area(request, request.POST or None)
    form = screen.form
    if request.method == "POST" and form.is_valid():
        given = {"organisation_id": screen.house_id, "by": request.actor, "at": request.at}
        if forms.attempt(form, lambda: actions.set_service_area(**form.area(), **given)):
            messages.success(request, _("已保存。新的下单按这个范围和时间。"))
            return redirect("catalogue:area")
    return render(request, "catalogue/area.html", {"screen": screen}, status=422 if request.method == "POST" else 200)


@require_GET
@allow(P.PRICE_VIEW)
def prices(request: HttpRequest) -> HttpResponse:
    """Institutions and their price lists."""
    return render(request, "catalogue/prices.html", {"screen": screens.prices(request)})


@require_GET
@allow(P.PRICE_VIEW)
def price_list(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The filed prices of one institution."""
    return render(request, "catalogue/price_list.html", {"screen": screens.price_list(request, organisation_id)})
