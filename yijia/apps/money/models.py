"""Money in whole fen: charges with their reasons, payments, refunds, settlement, and the ledger that never forgets."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yijia.apps.registry.models import TenantRow


class Charge(TenantRow):
    """The bill of one order after the visit. Corrections are new charges that reverse the old one."""

    order = models.ForeignKey("care.Order", on_delete=models.PROTECT, related_name="charges")
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="charges")
    total_fen = models.BigIntegerField()
    by_payer = models.JSONField(default=dict)  # payer → fen
    reasons = models.JSONField(default=list)  # codes and facts of “because …”
    edition = models.CharField(max_length=40)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    priced_at = models.DateTimeField()
    priced_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="charge_first_once", fields=["order"], condition=Q(reverses__isnull=True)),
            models.CheckConstraint(
                name="charge_sign",
                condition=Q(reverses__isnull=True, total_fen__gte=0) | Q(reverses__isnull=False, total_fen__lte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"charge {self.pk}"


class ChargeLine(TenantRow):
    """One line of a bill, with the filed price beside the charged one and the clause it rests on."""

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=15)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=20)
    quantity = models.DecimalField(max_digits=8, decimal_places=2)
    unit_fen = models.BigIntegerField()
    filed_unit_fen = models.BigIntegerField(null=True)
    exact_fen = models.CharField(max_length=40)  # the unrounded amount of the whole line, as an exact fraction
    amount_fen = models.BigIntegerField()  # what this payer pays of it; a shared line is a row a payer
    payer = models.CharField(max_length=12)
    filing = models.ForeignKey("catalogue.Filing", on_delete=models.PROTECT, null=True, related_name="+")
    policy_key = models.CharField(max_length=60)
    jurisdiction = models.CharField(max_length=9)
    edition = models.CharField(max_length=40)
    clause = models.CharField(max_length=40, blank=True)
    sources = models.JSONField(default=list)
    evidence = models.CharField(max_length=10)

    def __str__(self) -> str:
        return f"{self.code} {self.amount_fen}"


class Voucher(TenantRow):
    """One balanced entry of the ledger; append-only, its postings sum to zero (checked by the database at commit).

    An institution's entry names the institution; an authority's (benefits) names the place, and no institution sees it.
    """

    organisation = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    jurisdiction = models.CharField(max_length=9, blank=True)
    key = models.CharField(max_length=120, unique=True)  # the business fact it records: the same fact is posted once
    kind = models.CharField(max_length=20)
    order = models.ForeignKey("care.Order", on_delete=models.PROTECT, null=True, related_name="vouchers")
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    posted_at = models.DateTimeField()
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    business_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["business_on"]), models.Index(fields=["organisation", "posted_at"])]
        constraints = [
            models.CheckConstraint(
                name="voucher_has_keeper",
                condition=Q(organisation__isnull=False, jurisdiction="")
                | (Q(organisation__isnull=True) & ~Q(jurisdiction="")),
            )
        ]

    def __str__(self) -> str:
        return self.key


class Posting(TenantRow):
    """One side of a voucher."""

    organisation = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="postings")
    account = models.CharField(max_length=30)
    party = models.CharField(max_length=40)  # resident:12, organisation:3, desk:1
    debit_fen = models.BigIntegerField(default=0)  # a red entry is negative
    credit_fen = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["account", "party"])]
        constraints = [
            models.CheckConstraint(
                name="posting_one_side", condition=(Q(debit_fen=0) | Q(credit_fen=0)) & ~Q(debit_fen=F("credit_fen"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.debit_fen - self.credit_fen}"


class Payment(TenantRow):
    """Money received through a provider; the cash desk records and prints a receipt."""

    order = models.ForeignKey("care.Order", on_delete=models.PROTECT, related_name="payments")
    client_id = models.UUIDField(unique=True)
    provider = models.CharField(max_length=20)
    amount_fen = models.BigIntegerField()
    receipt_no = models.CharField(max_length=30, unique=True)
    payer_name = models.CharField(max_length=60)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="payment_positive", condition=Q(amount_fen__gt=0))]

    def __str__(self) -> str:
        return self.receipt_no


class Refund(TenantRow):
    """Money given back: a red entry that names the payment and the rule; never more than was paid."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    client_id = models.UUIDField(unique=True)
    amount_fen = models.BigIntegerField()
    reason_code = models.CharField(max_length=60)
    receipt_no = models.CharField(max_length=30, unique=True)
    refunded_at = models.DateTimeField()
    refunded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="refund_positive", condition=Q(amount_fen__gt=0))]

    def __str__(self) -> str:
        return self.receipt_no


class Settlement(TenantRow):
    """The order's money is complete: what the institution earned, once."""

    order = models.OneToOneField("care.Order", on_delete=models.PROTECT, related_name="settlement")
    amount_fen = models.BigIntegerField()
    settled_at = models.DateTimeField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    voucher = models.OneToOneField(
        Voucher, on_delete=models.PROTECT, null=True, related_name="+"
    )  # None: nothing was earned

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="settlement_posted",
                condition=Q(amount_fen=0, voucher__isnull=True) | Q(amount_fen__gt=0, voucher__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"settlement {self.order_id}"


class RefundHandover(TenantRow):
    """Cash of a refund put into somebody's hand at the desk; append-only. A refund without one waits to be collected."""

    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, related_name="handover")
    receiver_name = models.CharField(max_length=60)
    handed_at = models.DateTimeField()
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"handover {self.refund_id}"


class Hold(TenantRow):
    """Money that may not move yet, and what must be confirmed first."""

    order = models.ForeignKey("care.Order", on_delete=models.PROTECT, related_name="holds")
    code = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    held_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="hold_open_once", fields=["order", "code"], condition=Q(lifted_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.order_id}"


class FeeReceipt(TenantRow):
    """Money taken at the desk for what an episode owes outside any order, or (below zero) given back; append-only."""

    episode = models.ForeignKey("care.Episode", on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField(unique=True)
    amount_fen = models.BigIntegerField()
    receipt_no = models.CharField(max_length=30, unique=True)
    person = models.CharField(max_length=60)  # who paid, or who got it back
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="fee_receipt_moves_money", condition=~Q(amount_fen=0))]

    def __str__(self) -> str:
        return self.receipt_no
