"""The moves of an offered item and of a price filing."""

from enum import StrEnum

from yijia.core.lifecycle import Move, Table
from yijia.core.permissions import Permission as P


class ItemState(StrEnum):
    """Where an institution's choice of one catalogue item stands."""

    PICKED = "picked"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class ItemEvent(StrEnum):
    """What happens to a chosen item."""

    SUBMIT = "submit"
    PUBLISH = "publish"
    RETURN = "return"
    WITHDRAW = "withdraw"


ITEMS: Table[ItemState, ItemEvent] = Table(
    area="catalogue",
    states=ItemState,
    events=ItemEvent,
    initial=ItemState.PICKED,
    terminal=frozenset({ItemState.WITHDRAWN}),
    moves=(
        Move(
            ItemEvent.SUBMIT,
            frozenset({ItemState.PICKED, ItemState.RETURNED}),
            ItemState.SUBMITTED,
            P.CATALOGUE_PICK,
            needs={"criteria_met": "catalogue.criteria_not_met"},
        ),
        Move(ItemEvent.PUBLISH, frozenset({ItemState.SUBMITTED}), ItemState.PUBLISHED, P.CATALOGUE_REVIEW),
        Move(
            ItemEvent.RETURN,
            frozenset({ItemState.SUBMITTED}),
            ItemState.RETURNED,
            P.CATALOGUE_REVIEW,
            needs={"reason_given": "catalogue.no_reason"},
        ),
        Move(
            ItemEvent.WITHDRAW,
            frozenset({ItemState.PICKED, ItemState.SUBMITTED, ItemState.PUBLISHED, ItemState.RETURNED}),
            ItemState.WITHDRAWN,
            P.CATALOGUE_PICK,
            also=frozenset({P.CATALOGUE_REVIEW}),
        ),
    ),
)


class FilingState(StrEnum):
    """Where a price filing stands; only a published one can be charged (PRICE-05)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    RETURNED = "returned"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


class FilingEvent(StrEnum):
    """What happens to a price filing."""

    SUBMIT = "submit"
    REVIEW = "review"
    RETURN = "return"
    PUBLISH = "publish"
    SUPERSEDE = "supersede"
    EXPIRE = "expire"


FILINGS: Table[FilingState, FilingEvent] = Table(
    area="filings",
    states=FilingState,
    events=FilingEvent,
    initial=FilingState.DRAFT,
    terminal=frozenset({FilingState.SUPERSEDED, FilingState.EXPIRED}),
    moves=(
        Move(
            FilingEvent.SUBMIT,
            frozenset({FilingState.DRAFT, FilingState.RETURNED}),
            FilingState.SUBMITTED,
            P.PRICE_FILE,
            needs={"within_frame": "filings.outside_frame"},
        ),
        Move(FilingEvent.REVIEW, frozenset({FilingState.SUBMITTED}), FilingState.REVIEWED, P.PRICE_REVIEW),
        Move(
            FilingEvent.RETURN,
            frozenset({FilingState.SUBMITTED, FilingState.REVIEWED}),
            FilingState.RETURNED,
            P.PRICE_REVIEW,
            needs={"reason_given": "filings.no_reason"},
        ),
        Move(
            FilingEvent.PUBLISH,
            frozenset({FilingState.REVIEWED}),
            FilingState.PUBLISHED,
            P.PRICE_FILE,
            also=frozenset({P.PRICE_REVIEW}),
        ),
        Move(FilingEvent.SUPERSEDE, frozenset({FilingState.PUBLISHED}), FilingState.SUPERSEDED, P.PRICE_REVIEW),
        Move(FilingEvent.EXPIRE, frozenset({FilingState.PUBLISHED}), FilingState.EXPIRED, P.PRICE_REVIEW),
    ),
    named=(
        (
            frozenset({FilingState.DRAFT, FilingState.SUBMITTED, FilingState.RETURNED}),
            frozenset({FilingEvent.PUBLISH}),
            "filings.not_reviewed",
        ),
    ),
)
