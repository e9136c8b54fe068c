"""Doors of money: the family's bills, the cash desk, the institution's statement, the ledger."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.apps.money import actions, forms, screens
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P


@require_GET
@allow(P.BILL_VIEW)
def my_bills(request: HttpRequest) -> HttpResponse:
    """Every bill in sight, with what is due."""
    return render(request, "money/my_bills.html", {"screen": screens.my_bills(request)})


@require_GET
@allow(P.VISIT_RUN, P.LEDGER_VIEW)
def work(request: HttpRequest) -> HttpResponse:
    """One's own visits of a month, or those of a member of staff, with what was settled for them."""
    return render(request, "money/work.html", {"screen": screens.work(request)})


@require_GET
@allow(P.BILL_VIEW, P.LEDGER_VIEW)
def bill(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order's bill in plain words."""
    return render(request, "money/bill.html", {"screen": screens.bill(request, order_id)})


@require_GET
@allow(P.PAYMENT_TAKE)
def desk(request: HttpRequest) -> HttpResponse:
    """Find an order, see what is due, hand over refunds."""
    screen = screens.desk(request)
    return render(request, "money/desk.html", {"screen": screen, "fees": screens.fee_rows(request, screen.text)})


@require_http_methods(["GET", "POST"])
@allow(P.PAYMENT_TAKE)
def fees(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Take what an episode owes, or give back what it paid too much."""
    screen = screens.fee_page(request, episode_id)
    start = {"client_id": screen.client_id, "amount": screen.amount}
    form = forms.TakeForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid() and (made := forms.attempt(form, lambda: _take_fee(request, episode_id, form))):
        return redirect("money:fee_receipt", made.pk)
    return render(request, "money/fees.html", {"screen": screen, "form": form}, status=422 if form.errors else 200)


def _take_fee(request: HttpRequest, episode_id: int, form: forms.TakeForm) -> Any:
    given = form.cleaned_data
    sign = -1 if "back" in request.POST else 1
    return actions.take_fee(
        episode_id=episode_id, client_id=given["client_id"], amount_fen=sign * given["amount"], person=given["payer_name"], by=request.actor, at=request.at
    )  # fmt: skip


@require_GET
@allow(P.BILL_VIEW, P.PAYMENT_TAKE, P.LEDGER_VIEW)
def fee_receipt(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """A receipt of an episode's fees, for paper."""
    return render(request, "money/receipt.html", {"screen": screens.fee_receipt(request, receipt_id)})


@require_http_methods(["GET", "POST"])
@allow(P.PAYMENT_TAKE)
def take(request: HttpRequest, order_id: int) -> HttpResponse:
    """Take cash for one order and print the receipt."""
    screen = screens.take(request, order_id)
    form = forms.TakeForm(
        request.POST if request.method == "POST" else None,
        initial={"client_id": screen.client_id, "amount": screen.amount},
    )
    if form.is_valid():
        given = {
            "order_id": order_id,
            "client_id": form.cleaned_data["client_id"],
            "payer_name": form.cleaned_data["payer_name"],
        }
        paid = forms.attempt(
            form,
            lambda: actions.take_payment(
                **given, amount_fen=form.cleaned_data["amount"], by=request.actor, at=request.at
            ),
        )
        if paid:
            return redirect("money:receipt", paid.pk)
    return render(request, "money/take.html", {"screen": screen, "form": form}, status=422 if form.errors else 200)


@require_GET
@allow(P.BILL_VIEW, P.PAYMENT_TAKE, P.LEDGER_VIEW)
def receipt(request: HttpRequest, payment_id: int) -> HttpResponse:
    """A receipt for paper."""
    return render(request, "money/receipt.html", {"screen": screens.receipt(request, payment_id)})


@require_GET
@allow(P.BILL_VIEW, P.PAYMENT_TAKE, P.LEDGER_VIEW)
def refund_receipt(request: HttpRequest, refund_id: int) -> HttpResponse:
    """A refund's receipt for paper."""
    return render(request, "money/receipt.html", {"screen": screens.refund_receipt(request, refund_id)})


@require_http_methods(["GET", "POST"])
@allow(P.PAYMENT_REFUND)
def refund(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Give back part or all of a payment."""
    screen = screens.refund(request, payment_id)
    form = forms.RefundForm(request.POST if request.method == "POST" else None, initial={"client_id": screen.client_id})
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("client_id", "reason_code", "handed_to")} | {
            "payment_id": payment_id
        }
        made = forms.attempt(
            form,
            lambda: actions.refund(**given, amount_fen=form.cleaned_data["amount"], by=request.actor, at=request.at),
        )
        if made:
            return redirect("money:refund_receipt", made.pk)
    return render(request, "money/refund.html", {"screen": screen, "form": form}, status=422 if form.errors else 200)


@require_POST
@allow(P.PAYMENT_TAKE)
def hand_over(request: HttpRequest, refund_id: int) -> HttpResponse:
    """The refund's cash is in somebody's hand."""
    actions.hand_over(
        refund_id=refund_id, receiver_name=request.POST.get("receiver_name", ""), by=request.actor, at=request.at
    )
    messages.success(request, _("已交付，可打印退款收据。"))
    return redirect("money:refund_receipt", refund_id)


@require_GET
@allow(P.LEDGER_VIEW)
def statement(request: HttpRequest) -> HttpResponse:
    """A period's money by day and payer."""
    form = forms.PeriodForm(request.GET)
    screen = screens.statement(request, **forms.read(form))
    start = forms.PeriodForm(initial={"from_on": screen.from_on, "until_on": screen.until_on})
    return render(request, "money/statement.html", {"screen": screen, "form": form if form.errors else start})


@require_GET
@allow(P.ORDER_PRICE, P.LEDGER_VIEW)
def holds(request: HttpRequest) -> HttpResponse:
    """What keeps money from moving."""
    return render(request, "money/holds.html", {"screen": screens.holds(request)})


@require_POST
@allow(P.ORDER_PRICE)
def retry(request: HttpRequest, order_id: int) -> HttpResponse:
    """Price a held order again, after what was missing has been mended."""
    outcome = actions.price_order(order_id=order_id, by=request.actor, at=request.at)
    if held := screens.held_because(outcome):
        messages.warning(request, held)
        return redirect("money:holds")
    messages.success(request, _("已计价，账单已生成。"))
    return redirect("money:bill", order_id)


@require_GET
@allow(P.LEDGER_VIEW)
def ledger(request: HttpRequest) -> HttpResponse:
    """Vouchers by filter, with their sums."""
    form = forms.LedgerForm(request.GET)
    return render(request, "money/ledger.html", {"screen": screens.ledger(request, forms.read(form)), "form": form})


@require_GET
@allow(P.LEDGER_VIEW)
def voucher(request: HttpRequest, voucher_id: int) -> HttpResponse:
    """One voucher and the lines behind it."""
    return render(request, "money/voucher.html", {"screen": screens.voucher(request, voucher_id)})


@require_GET
@allow(P.LEDGER_VIEW, P.BILL_VIEW)
def line(request: HttpRequest, line_id: int) -> HttpResponse:
    """One bill line down to its clause."""
    return render(request, "money/line.html", {"screen": screens.line(request, line_id)})
