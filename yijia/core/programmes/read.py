"""A programme file becomes parts, and every fault in it is named by field."""

from collections.abc import Mapping
from typing import Any

from yijia.core.programmes.lifecycle import Event, dead_ends, widening
from yijia.core.programmes.model import (
    Activity,
    Cadence,
    Condition,
    Counts,
    Cycle,
    Ending,
    Exclusion,
    Fee,
    FollowUp,
    Grade,
    Grading,
    Limits,
    Mode,
    Money,
    Package,
    PackageItem,
    Paper,
    Part,
    Provider,
    Qualification,
    Reason,
    Share,
    Verdict,
    WeekCeiling,
    Words,
)
from yijia.core.programmes.reader import Fault, Reader
from yijia.core.programmes.vocabulary import VOCABULARIES

HEAD = {"zh", "en", "mission", "extends", "slots", "vocabulary"}
RENEWALS = ("new_case", "review")
ON_HOSPITAL = ("suspend", "end", "none")
GIVEN_BY = ("institution", "family", "both")
PAYERS = ("insurance", "public_health", "subsidy", "person")
PER = ("cycle", "visit", "day", "month", "year", "item")

_FIELDS: Mapping[Part, frozenset[str]] = {
    Part.ELIGIBILITY: frozenset({"vocabulary", "all"}),
    Part.GRADING: frozenset({"vocabulary", "instruments", "grades"}),
    Part.PROVIDER: frozenset({"kinds", "service_modes", "levels", "needs_licence", "designation", "roles", "alliance"}),
    Part.QUALIFICATION: frozenset({"visits", "persons", "within_days"}),
    Part.FOLLOW_UP: frozenset({"vocabulary", "activity", "needed", "verdicts"}),
    Part.CYCLE: frozenset({"max_days", "months", "review_before_days", "renewal", "min_gap_days"}),
    Part.LIMITS: frozenset({"annual_days", "annual_times", "places"}),
    Part.MONEY: frozenset({"fees", "insurance", "is_free", "pays_as"}),
    Part.ENDING: frozenset({"reasons", "writes", "on_hospital", "until_age", "aftercare_days", "follows"}),
    Part.COUNTS: frozenset({"contact", "measures"}),
    Part.LIFECYCLE: frozenset({"events"}),
}
_ACTIVITY = {
    "code", "zh", "en", "cadence", "roles", "at_home", "every_days", "times", "within_hours", "notice_days", "need", "items", "by_items",
    "resolves", "rule", "package",
}  # fmt: skip


class _Reader(Reader):
    """Reads the parts of one value and collects what is wrong."""

    def eligibility(self, content: Any) -> tuple[Condition, ...]:
        found = []
        for field, row in self.each(content.get("all"), "eligibility.all"):
            self.known(row, field, {"id", "zh", "en", "rule", "any_of"})
            words, id_ = self.words(row, field), str(row.get("id", ""))
            if not id_:
                self.fault("field_missing", f"{field}.id")
            if "any_of" in row:
                cases = tuple(
                    Condition(f"{id_}.{n}", self.words(case, at), self.rule(case.get("rule"), at, "care_person"))
                    for n, (at, case) in enumerate(self.each(row["any_of"], f"{field}.any_of"), 1)
                )
                found.append(Condition(id_, words, any_of=cases))
            else:
                found.append(Condition(id_, words, self.rule(row.get("rule"), field, "care_person")))
        return tuple(found)

    def grading(self, content: Any) -> Grading:
        grades = []
        for field, row in self.each(content.get("grades"), "grading.grades"):
            self.known(row, field, {"code", "zh", "en", "rule"})
            rule = self.rule(row["rule"], field, "care_person") if row.get("rule") is not None else None
            grades.append(Grade(str(row.get("code", "")), self.words(row, field), rule))
        return Grading(self.names(content.get("instruments"), "grading.instruments"), tuple(grades))

    def papers(self, content: Any) -> tuple[Paper, ...]:
        found = []
        for field, row in self.each(content, "papers"):
            self.known(row, field, {"kind", "zh", "en"})
            found.append(Paper(str(row.get("kind", "")), self.words(row, field)))
        return tuple(found)

    def provider(self, content: Any) -> Provider:
        levels = content.get("levels", ())
        if not isinstance(levels, tuple) or not all(level in (1, 2, 3) for level in levels):
            self.fault("bad_value", "provider.levels", wanted="1 | 2 | 3")
            levels = ()
        designation = content.get("designation")
        return Provider(
            self.names(content.get("kinds"), "provider.kinds"),
            self.names(content.get("service_modes"), "provider.service_modes"),
            levels,
            self.flag(content.get("needs_licence", True), "provider.needs_licence"),
            None if designation is None else str(designation),
            self.names(
                content.get("roles"), "provider.roles", ("doctor", "nurse", "therapist", "pharmacist", "assistant")
            ),
            str(content.get("alliance") or ""),
        )

    def qualification(self, content: Any) -> Qualification:
        return Qualification(
            *(self.whole(content.get(name), f"qualification.{name}") for name in ("visits", "persons", "within_days"))
        )

    def registration(self, content: Any) -> Words:
        return self.words(content, "registration")

    def plan(self, content: Any) -> tuple[Activity, ...]:
        found = []
        for field, row in self.each(content, "plan"):
            self.known(row, field, _ACTIVITY)
            cadence = Cadence(self.one_of(row.get("cadence"), f"{field}.cadence", tuple(Cadence)))
            asks = {
                Cadence.ONCE: "within_hours",
                Cadence.AFTER: "within_hours",
                Cadence.EVERY: "every_days",
                Cadence.TIMES: "times",
            }.get(cadence)
            if asks is not None and asks not in row:
                self.fault("field_missing", f"{field}.{asks}")
            items = row.get("items") or {}
            if not isinstance(items, Mapping):
                self.fault("bad_value", f"{field}.items", wanted="item: quantity")
                items = {}
            need = row.get("need")
            found.append(
                Activity(
                    str(row.get("code", "")),
                    self.words(row, field),
                    cadence,
                    self.names(row.get("roles"), f"{field}.roles"),
                    self.flag(row.get("at_home", True), f"{field}.at_home"),
                    self.by_grade(row.get("every_days"), f"{field}.every_days"),
                    self.by_grade(row.get("times"), f"{field}.times"),
                    self.whole(row.get("within_hours"), f"{field}.within_hours", least=1),
                    self.whole(row.get("notice_days", 0), f"{field}.notice_days", may_be_null=False) or 0,
                    None if need is None else str(need),
                    {str(code): int(quantity) for code, quantity in items.items()},
                    self.names(row.get("resolves"), f"{field}.resolves"),
                    self.rule(row["rule"], field, "care_person") if "rule" in row else None,
                    self.names(row.get("by_items"), f"{field}.by_items"),
                    str(row.get("package", "")),
                )
            )
        codes = [line.code for line in found]
        for code in sorted({code for code in codes if codes.count(code) > 1 or not code}):
            self.fault("bad_value", "plan", wanted=f"{code or 'code'} once")
        return tuple(found)

    def packages(self, content: Any) -> tuple[Package, ...]:
        found = []
        for field, row in self.each(content, "packages"):
            self.known(row, field, {"code", "zh", "en", "items", "price_fen", "per", "shares", "is_base"})
            items = [
                PackageItem(self.words(one, at), str(one.get("line", "")))
                for at, one in self.each(row.get("items"), f"{field}.items")
                if self.known(one, at, {"zh", "en", "line"})
            ]
            shares = [
                Share(
                    self.one_of(one.get("payer"), f"{at}.payer", PAYERS),
                    self.words(one, at),
                    self.whole(one.get("amount_fen"), f"{at}.amount_fen"),
                )
                for at, one in self.each(row.get("shares"), f"{field}.shares")
            ]
            price = self.whole(row.get("price_fen"), f"{field}.price_fen")
            borne = [one.amount_fen for one in shares]
            if price is not None and (None in borne or sum(fen or 0 for fen in borne) != price):
                self.fault("bad_value", f"{field}.shares", wanted=f"shares that make {price}")
            per = self.one_of(row.get("per"), f"{field}.per", PER)
            found.append(
                Package(
                    str(row.get("code", "")), self.words(row, field), tuple(items), price, per, tuple(shares),
                    self.flag(row.get("is_base", False), f"{field}.is_base"),
                )
            )  # fmt: skip
        codes = [one.code for one in found]
        for code in sorted({code for code in codes if codes.count(code) > 1 or not code}):
            self.fault("bad_value", "packages", wanted=f"{code or 'code'} once")
        if found and sum(one.is_base for one in found) != 1:
            self.fault("bad_value", "packages", wanted="one is_base")
        return tuple(found)

    def modes(self, content: Any) -> tuple[Mode, ...]:
        found = []
        for field, row in self.each(content, "modes"):
            self.known(row, field, {"code", "zh", "en", "at_home", "given_by"})
            given_by = self.one_of(row.get("given_by"), f"{field}.given_by", GIVEN_BY)
            at_home = self.flag(row.get("at_home"), f"{field}.at_home")
            found.append(Mode(str(row.get("code", "")), self.words(row, field), at_home, given_by))
        return tuple(found)

    def week(self, content: Any) -> Mapping[str, WeekCeiling]:
        found = {}
        for grade, row in content.items() if isinstance(content, Mapping) else ():
            field = f"week.{grade}"
            if self.known(row, field, {"minutes", "visits"}):
                minutes, visits = (
                    self.whole(row.get(name), f"{field}.{name}", least=1) for name in ("minutes", "visits")
                )
                found[str(grade)] = WeekCeiling(minutes, visits)
        return found

    def follow_up(self, content: Any) -> FollowUp:
        verdicts = []
        for field, row in self.each(content.get("verdicts"), "follow_up.verdicts"):
            self.known(row, field, {"id", "zh", "en", "rule", "is_controlled", "refers", "is_urgent", "next_days"})
            rule = self.rule(row.get("rule"), field, "care_reading")
            if rule is not None:
                verdicts.append(
                    Verdict(
                        str(row.get("id", "")),
                        self.words(row, field),
                        rule,
                        self.flag(row.get("is_controlled", False), f"{field}.is_controlled"),
                        self.flag(row.get("refers", False), f"{field}.refers"),
                        self.flag(row.get("is_urgent", False), f"{field}.is_urgent"),
                        self.whole(row.get("next_days"), f"{field}.next_days", least=1),
                    )
                )
        needed = self.names(content.get("needed"), "follow_up.needed", tuple(VOCABULARIES["care_reading"]))
        return FollowUp(str(content.get("activity", "")), needed, tuple(verdicts))

    def cycle(self, content: Any) -> Cycle:
        return Cycle(
            self.whole(content.get("max_days"), "cycle.max_days", least=1),
            self.whole(content.get("months"), "cycle.months", least=1),
            self.whole(content.get("review_before_days", 0), "cycle.review_before_days", may_be_null=False) or 0,
            self.one_of(content.get("renewal"), "cycle.renewal", RENEWALS),
            self.whole(content.get("min_gap_days"), "cycle.min_gap_days"),
        )

    def limits(self, content: Any) -> Limits:
        return Limits(
            *(
                self.whole(content.get(name), f"limits.{name}", least=1)
                for name in ("annual_days", "annual_times", "places")
            )
        )

    def exclusions(self, content: Any) -> tuple[Exclusion, ...]:
        found = []
        for field, row in self.each(content, "exclusions"):
            self.known(row, field, {"with", "zh", "en"})
            found.append(Exclusion(str(row.get("with", "")), self.words(row, field)))
        return tuple(found)

    def money(self, content: Any) -> Money:
        fees = []
        for field, row in self.each(content.get("fees", ()), "money.fees"):
            self.known(row, field, {"key", "zh", "en", "per"})
            fees.append(
                Fee(str(row.get("key", "")), self.words(row, field), self.one_of(row.get("per"), f"{field}.per", PER))
            )
        free = self.flag(content.get("is_free", False), "money.is_free")
        return Money(
            tuple(fees), self.names(content.get("insurance"), "money.insurance"), free, str(content.get("pays_as", ""))
        )

    def ending(self, content: Any) -> Ending:
        reasons = tuple(
            Reason(str(row.get("code", "")), self.words(row, field))
            for field, row in self.each(content.get("reasons"), "ending.reasons")
        )
        writes = tuple(self.words(row, field) for field, row in self.each(content.get("writes", ()), "ending.writes"))
        on_hospital = self.one_of(content.get("on_hospital", "none"), "ending.on_hospital", ON_HOSPITAL)
        return Ending(
            reasons,
            writes,
            on_hospital,
            self.whole(content.get("until_age"), "ending.until_age", least=1),
            self.whole(content.get("aftercare_days"), "ending.aftercare_days", least=1),
            None if content.get("follows") is None else str(content["follows"]),
        )

    def counts(self, content: Any) -> Counts:
        contact = content.get("contact")
        return Counts(None if contact is None else str(contact), self.names(content.get("measures"), "counts.measures"))

    def lifecycle(self, content: Any) -> tuple[Event, ...]:
        kept = self.names(content.get("events"), "lifecycle.events")
        for name in widening(kept):
            self.fault("widens", "lifecycle.events", found=name)
        chosen = tuple(Event(name) for name in kept if name in set(Event))
        for name in dead_ends(chosen):
            self.fault("dead_end", "lifecycle.events", found=name)
        return chosen


_LISTS = frozenset({Part.PAPERS, Part.PLAN, Part.PACKAGES, Part.MODES, Part.WEEK, Part.EXCLUSIONS})


def read_parts(value: Any) -> tuple[dict[Part, Any], tuple[Fault, ...]]:
    """The parts one value speaks of, None for a part it calls unknown, and every fault with its field.

    Source      PROG-01 in docs/rules/programmes.md
    """
    reader = _Reader(value)
    if not isinstance(value, Mapping):
        return {}, (("programmes.bad_value", "value", {"wanted": "mapping"}),)
    reader.words(value, "")
    for name in sorted(str(name) for name in value.keys() - HEAD - set(Part)):
        reader.fault("unknown_field", name)
    reader.names(value.get("slots"), "slots")
    found: dict[Part, Any] = {}
    for part in Part:
        if part not in value:
            continue
        content = value[part]
        if content is None:
            found[part] = None
        elif part in _LISTS or part is Part.REGISTRATION or reader.known(content, part, _FIELDS[part]):
            found[part] = getattr(reader, part.value)(content)
    if value.get("extends") is not True:
        for part in (Part.ELIGIBILITY, Part.PROVIDER, Part.PLAN, Part.ENDING, Part.LIFECYCLE):
            if part not in value:
                reader.fault("field_missing", part)
    return found, tuple(reader.faults)
