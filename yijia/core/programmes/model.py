"""A programme as the platform works by it: each part with the grounds it stands on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from yijia.core.lifecycle import Move
from yijia.core.policy import Evidence
from yijia.core.programmes.lifecycle import Event, State, reached
from yijia.core.rules import Rule


class Part(StrEnum):
    """The parts of a programme file; a place may replace one and keep the rest of the coarser file."""

    ELIGIBILITY = "eligibility"
    GRADING = "grading"
    PAPERS = "papers"
    PROVIDER = "provider"
    QUALIFICATION = "qualification"
    REGISTRATION = "registration"
    PLAN = "plan"
    PACKAGES = "packages"
    MODES = "modes"
    WEEK = "week"
    FOLLOW_UP = "follow_up"
    CYCLE = "cycle"
    LIMITS = "limits"
    EXCLUSIONS = "exclusions"
    MONEY = "money"
    ENDING = "ending"
    COUNTS = "counts"
    LIFECYCLE = "lifecycle"


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a part stands on: who said it, how well it was read; `is_known` is False where the file says null."""

    jurisdiction: str
    evidence: Evidence
    sources: tuple[str, ...]
    note: str | None
    edition: str
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of admission: a rule of its own, or any one of several cases."""

    id: str
    words: Words
    rule: Rule | None = None
    any_of: "tuple[Condition, ...]" = ()


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade that sets the cadence."""

    code: str
    words: Words
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class Grading:
    """Instruments that grade, and the grades they give."""

    instruments: tuple[str, ...]
    grades: tuple[Grade, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper to sign: its kind in the agreements context, and who signs."""

    kind: str
    words: Words


@dataclass(frozen=True, slots=True)
class Provider:
    """Who may give it. Empty tuples ask for nothing; `designation` names a list the institution must be on.

    alliance    the part of a consortium whose members hand a person on among themselves; being one counts as being on the list
    """

    kinds: tuple[str, ...]
    service_modes: tuple[str, ...]
    levels: tuple[int, ...]
    needs_licence: bool
    designation: str | None
    roles: tuple[str, ...]
    alliance: str = ""


@dataclass(frozen=True, slots=True)
class Qualification:
    """Visits that qualify an applicant, and how many persons must have looked."""

    visits: int | None
    persons: int | None
    within_days: int | None


class Cadence(StrEnum):
    """How often something is due."""

    ONCE = "once"  # so many hours after activation
    EVERY = "every"  # so many days after the last one
    TIMES = "times"  # so many in a calendar year, spread evenly
    WEEKLY = "weekly"  # on the weekdays of the plan agreed with the person
    VERDICT = "verdict"  # when the last follow-up said
    AFTER = "after"  # so many hours after the episode has ended


@dataclass(frozen=True, slots=True)
class Activity:
    """One line of the plan. Its code is a kind of service: one record of it serves every programme that asks for the kind.

    roles           professions of which one must be there; none named: whoever the institution sends
    every_days      grade → days, "" for every grade; for EVERY
    times           grade → how many in a calendar year; for TIMES
    within_hours    for ONCE, counted from activation; for AFTER, from the end
    notice_days     how long before the due day the window opens
    resolves        other kinds that one record of this serves as well
    for_whom        whom it concerns, over `care_person`; None for everybody in the programme
    items           what an order asks for, item → quantity; empty: no order, the record alone
    by_items        items that finish the line as well when they are done in any visit, whoever ordered it
    package         the one package whose holders it concerns; empty for everybody
    """

    code: str
    words: Words
    cadence: Cadence
    roles: tuple[str, ...]
    at_home: bool
    every_days: Mapping[str, int | None]
    times: Mapping[str, int | None]
    within_hours: int | None
    notice_days: int
    need: str | None
    items: Mapping[str, int]
    resolves: tuple[str, ...]
    for_whom: Rule | None
    by_items: tuple[str, ...] = ()
    package: str = ""

    def fits(self, professions: Collection[str]) -> bool:
        """Whether those of these professions may do it.

        Source      PROG-32 in docs/rules/programmes.md
        """
        return not self.roles or not set(self.roles).isdisjoint(professions)


@dataclass(frozen=True, slots=True)
class PackageItem:
    """One thing a package promises: counted by a line of the plan, or given as the need arises where it names none."""

    words: Words
    line: str = ""


@dataclass(frozen=True, slots=True)
class Mode:
    """One way in which care is given: by an institution, by a family member, or both, at home or inside an institution."""

    code: str
    words: Words
    at_home: bool
    given_by: str


@dataclass(frozen=True, slots=True)
class WeekCeiling:
    """The most of it in one week from Monday; None where the place has not said."""

    minutes: int | None
    visits: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """What one payer bears of a package's price; None while the place has not said."""

    payer: str
    words: Words
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class Package:
    """What a person signs for: items, the price, who bears it.

    price_fen   None while the place has not said; then nothing is charged for it, and it is never taken from another place
    is_base     what everybody has who signs; its holder pays no price of their own before one is known
    """

    code: str
    words: Words
    items: tuple[PackageItem, ...]
    price_fen: int | None
    per: str
    shares: tuple[Share, ...]
    is_base: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row of the order in which a follow-up is judged; the first whose rule is true decides."""

    id: str
    words: Words
    rule: Rule
    is_controlled: bool
    refers: bool
    is_urgent: bool
    next_days: int | None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """How the readings of a follow-up are judged."""

    activity: str
    needed: tuple[str, ...]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Cycle:
    """How long one cycle lasts; None says that the place's own number is not known."""

    max_days: int | None
    months: int | None
    review_before_days: int
    renewal: str  # new_case: papers, assessment and fees anew; review: one look
    min_gap_days: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of it in one calendar year; None inside is not known, the whole part absent is no limit."""

    annual_days: int | None
    annual_times: int | None
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What cannot be had at once: another programme's slot, or a hospital stay."""

    slot: str
    words: Words


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee by reference; the amount is the price rule's."""

    key: str
    words: Words
    per: str  # cycle, visit, day, month, year


@dataclass(frozen=True, slots=True)
class Money:
    """What it costs and who pays, all by reference.

    pays_as     the name by which `fee:no_double_charge` knows that this programme pays for its visits; empty: it does not
    """

    fees: tuple[Fee, ...]
    insurance: tuple[str, ...]
    is_free: bool
    pays_as: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A way to end; `needs_settlement` where accounts come first."""

    code: str
    words: Words


@dataclass(frozen=True, slots=True)
class Ending:
    """How it ends and what is written then. on_hospital: suspend, end, or none; `follows` is asked for at the age limit."""

    reasons: tuple[Reason, ...]
    writes: tuple[Words, ...]
    on_hospital: str
    until_age: int | None = None
    aftercare_days: int | None = None
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted: kinds of contact, and measures that read them."""

    contact: str | None
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Programme:
    """One programme as it holds in one place.

    parts       the grounds of every part the file speaks of
    """

    code: str
    words: Words
    mission: str
    jurisdiction: str
    grounds: Mapping[Part, Grounds]
    moves: tuple[Move[State, Event], ...]
    slots: tuple[str, ...] = ()
    eligibility: tuple[Condition, ...] = ()
    grading: Grading | None = None
    papers: tuple[Paper, ...] = ()
    provider: Provider | None = None
    qualification: Qualification | None = None
    registration: Words | None = None
    plan: tuple[Activity, ...] = ()
    packages: tuple[Package, ...] = ()
    modes: tuple[Mode, ...] = ()
    week: Mapping[str, WeekCeiling] = field(default_factory=dict)
    follow_up: FollowUp | None = None
    cycle: Cycle | None = None
    limits: Limits | None = None
    money: Money | None = None
    ending: Ending | None = None
    counts: Counts | None = None
    exclusions: tuple[Exclusion, ...] = field(default=())

    @property
    def events(self) -> frozenset[Event]:
        """What may happen in this programme."""
        return frozenset(move.event for move in self.moves)

    @property
    def states(self) -> tuple[State, ...]:
        """The states it can reach."""
        return reached(self.moves)

    @property
    def grades(self) -> tuple[str, ...]:
        """The codes of its grades; empty where nothing is graded."""
        return tuple(grade.code for grade in self.grading.grades) if self.grading else ()

    @property
    def sql(self) -> str:
        """Who may have it as one SQL expression over `care_person`."""
        texts = []
        for condition in self.eligibility:
            cases = [case.rule.text for case in condition.any_of if case.rule] or (
                [condition.rule.text] if condition.rule else []
            )
            texts.append("(" + " OR ".join(f"({text})" for text in cases) + ")")
        return " AND ".join(texts) or "TRUE"

    def package(self, code: str) -> Package | None:
        """The package with this code; the base one where nobody has chosen yet."""
        chosen = next((one for one in self.packages if one.code == code), None)
        return chosen or (next((one for one in self.packages if one.is_base), None) if not code else None)

    def activity(self, code: str) -> Activity | None:
        """The line of the plan with this code."""
        return next((line for line in self.plan if line.code == code), None)
