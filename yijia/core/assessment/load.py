"""Reads an instrument out of a policy value; refuses one that is incomplete, ambiguous or fails its own examples."""

from collections.abc import Iterable, Mapping
from typing import Any

from yijia.core.assessment import coverage
from yijia.core.assessment.draft import fingerprint
from yijia.core.assessment.examples import failing
from yijia.core.assessment.faults import Fault, InstrumentError
from yijia.core.assessment.instrument import ANY_STEP, STEP_FIELDS, Band, Do, Fact, Instrument, Item, Option, Step
from yijia.core.policy import Value

KIND = "instrument"
READINESS = ("ready", "check_original", "blocked")
_FIELDS = {"zh", "en", "version", "status", "items", "steps", "result", "worked_examples"}


def read(value: Value) -> Instrument:
    """The instrument a policy value of kind `instrument` holds.

    Raises      InstrumentError: a field is missing or of the wrong kind, an id stands twice or for nothing, bands
                overlap, a score that can be reached has no band, a table has no cell for what can be reached, a stated
                range is not what the options give, or a worked example does not come out as written
    """
    reader = _Reader()
    instrument = reader.instrument(value)
    if instrument is not None and not reader.faults:
        for code, field, facts in coverage.gaps(instrument, value.value):
            reader.fault(code, field, **facts)
    if instrument is not None and not reader.faults:
        for position, field, wanted, found in failing(instrument, value.value["worked_examples"]):
            reader.fault("example_failed", f"worked_examples[{position}].{field}", wanted=wanted, found=found)
    if reader.faults or instrument is None:
        raise InstrumentError(value.document, value.key, reader.faults)
    return instrument


class _Reader:
    """Collects faults while it turns mappings into an instrument."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, code: str, field: str, **facts: Any) -> None:
        self.faults.append(Fault(f"assessment.{code}", f"value.{field}" if field else "value", facts))

    def instrument(self, value: Value) -> Instrument | None:
        content = value.value
        if not isinstance(content, Mapping):
            self.fault("not_a_mapping", "")
            return None
        missing = sorted(_FIELDS - content.keys())
        for field in missing:
            self.fault("field_missing", field)
        if missing:
            return None
        status = content["status"]
        if not isinstance(status, Mapping) or status.get("readiness") not in READINESS:
            self.fault("bad_status", "status.readiness", allowed=READINESS)
            return None
        is_usable = status.get("usable_for_official_result")
        if not isinstance(is_usable, bool):
            self.fault("bad_status", "status.usable_for_official_result", allowed=("true", "false"))
        is_draft = status["readiness"] != "ready" or is_usable is False
        if is_draft and not (status.get("reason_zh") and status.get("reason_en")):
            self.fault("no_reason", "status.reason_zh")
        groups = self._groups(content.get("groups", {}))
        items = self._items(content["items"], groups)
        facts = self._facts(content.get("facts", ()))
        before = len(self.faults)
        steps = self._steps(content["steps"], groups, items, facts)
        if len(self.faults) > before:
            return None
        results = self._results(content["result"], steps)
        alternatives = self._alternatives(content.get("alternative_bands", ()))
        eligible = self._eligible(content.get("gate"), steps, results)
        if not isinstance(content["worked_examples"], tuple) or not content["worked_examples"]:
            self.fault("no_examples", "worked_examples")
        if self.faults:
            return None
        return Instrument(
            id=value.key.partition(":")[2], zh=content["zh"], en=content["en"], version=str(content["version"]),
            edition=value.edition, jurisdiction=value.jurisdiction, clause=value.clause, evidence=value.evidence.value, groups=groups,
            items=items, facts=facts, steps=steps, results=results, alternatives=alternatives, eligible=eligible,
            readiness=status["readiness"], is_usable=bool(is_usable), why_zh=str(status.get("reason_zh", "")),
            why_en=str(status.get("reason_en", "")), fingerprint=fingerprint(content), raw=content,
        )  # fmt: skip

    def _groups(self, content: Any) -> dict[str, tuple[str, str]]:
        if not isinstance(content, Mapping):
            self.fault("not_a_mapping", "groups")
            return {}
        return {
            str(id_): names
            for id_, group in content.items()
            if (names := self._names(group, f"groups.{id_}")) is not None
        }

    def _names(self, content: Any, field: str) -> tuple[str, str] | None:
        if not isinstance(content, Mapping):
            self.fault("not_a_mapping", field)
            return None
        zh, en = content.get("zh"), content.get("en")
        if not (isinstance(zh, str) and zh and isinstance(en, str) and en):
            self.fault("no_name", field)
            return None
        return zh, en

    def _items(self, content: Any, groups: Mapping[str, Any]) -> tuple[Item, ...]:
        found: list[Item] = []
        for position, entry in enumerate(self._listed(content, "items")):
            field = f"items[{position}]"
            names = self._names(entry, field)
            if names is None:
                continue
            id_ = self._id(entry, field, (item.id for item in found))
            group = entry.get("group")
            if group is not None and group not in groups:
                self.fault("unknown_reference", f"{field}.group", found=group)
            options = self._options(entry.get("options"), f"{field}.options")
            found.append(Item(id_, *names, group, options))
        if not found:
            self.fault("empty", "items")
        return tuple(found)

    def _options(self, content: Any, field: str) -> tuple[Option, ...]:
        found: list[Option] = []
        for position, entry in enumerate(self._listed(content, field)):
            at = f"{field}[{position}]"
            names = self._names(entry, at)
            if names is None:
                continue
            score, code = entry.get("score"), entry.get("code")
            if score is not None and not _is_int(score):
                self.fault("not_a_number", f"{at}.score", found=str(score))
                continue
            if score is None and not (isinstance(code, str) and code):
                self.fault("field_missing", f"{at}.score")
                continue
            id_ = code if code is not None else str(score)
            if any(id_ == one.id or (score is not None and score == one.score) for one in found):
                self.fault("twice", at, found=id_)
            found.append(Option(id_, *names, score))
        if len(found) < 2:
            self.fault("empty", field)
        elif len({option.score is None for option in found}) > 1:
            self.fault("field_missing", f"{field}.score")
        return tuple(found)

    def _facts(self, content: Any) -> tuple[Fact, ...]:
        found: list[Fact] = []
        for position, entry in enumerate(self._listed(content, "facts")):
            field = f"facts[{position}]"
            names = self._names(entry, field)
            if names is None:
                continue
            id_ = self._id(entry, field, (fact.id for fact in found))
            threshold, icd10 = entry.get("threshold"), entry.get("icd10")
            if threshold is not None and not _is_int(threshold):
                self.fault("not_a_number", f"{field}.threshold", found=str(threshold))
            ends = tuple(str(icd10).split("-")) if icd10 is not None else None
            if ends is not None and (len(ends) != 2 or any(len(end) != 3 for end in ends) or ends[0] > ends[1]):
                self.fault("bad_range", f"{field}.icd10", found=str(icd10))
                ends = None
            found.append(Fact(id_, *names, threshold, None if ends is None else (ends[0], ends[1])))
        return tuple(found)

    def _steps(
        self, content: Any, groups: Mapping[str, Any], items: tuple[Item, ...], facts: tuple[Fact, ...]
    ) -> tuple[Step, ...]:
        found: list[Step] = []
        for position, entry in enumerate(self._listed(content, "steps")):
            field = f"steps[{position}]"
            if not isinstance(entry, Mapping):
                self.fault("not_a_mapping", field)
                continue
            try:
                do = Do(str(entry.get("do")))
            except ValueError:
                self.fault("unknown_operator", f"{field}.do", found=str(entry.get("do")), allowed=tuple(Do))
                continue
            needed, may = STEP_FIELDS[do]
            for name in sorted(needed - entry.keys()):
                self.fault("field_missing", f"{field}.{name}")
            for name in sorted(entry.keys() - needed - may - ANY_STEP):
                self.fault("unknown_field", f"{field}.{name}")
            names = self._names(entry, field)
            if names is None or needed - entry.keys():
                continue
            id_ = self._id(entry, field, (step.id for step in found))
            step = self._step(id_, do, names, entry, field, groups, items, facts, found)
            if step is not None:
                found.append(step)
        if not found:
            self.fault("empty", "steps")
        return tuple(found)

    def _step(
        self, id_: str, do: Do, names: tuple[str, str], entry: Mapping[str, Any], field: str, groups: Mapping[str, Any],
        items: tuple[Item, ...], facts: tuple[Fact, ...], before: list[Step],
    ) -> Step | None:  # fmt: skip
        by_id = {item.id: item for item in items}
        earlier = {step.id: step for step in before}
        bands = self._bands(entry.get("bands", ()), f"{field}.bands", is_scored=do in (Do.SUM, Do.WORSE_OF))
        parts: dict[str, Any] = {"bands": bands, "evidence": entry.get("evidence")}
        if do is Do.SUM:
            group = entry.get("group")
            chosen = entry.get("items")
            if chosen is None and entry.get("of") is None:
                chosen = tuple(item.id for item in items if group is None or item.group == group)
                if group is not None and group not in groups:
                    self.fault("unknown_reference", f"{field}.group", found=group)
            chosen = self._known(chosen or (), by_id, f"{field}.items")
            unscored = [item for item in chosen if any(option.score is None for option in by_id[item].options)]
            for item in unscored:
                self.fault("no_score", f"{field}.items", found=item)
            parts |= {
                "group": group, "items": chosen, "of": self._known(entry.get("of", ()), earlier, f"{field}.of"),
                "reverse": frozenset(self._known(entry.get("reverse", ()), chosen, f"{field}.reverse")),
                "reverse_from": self._number(entry.get("reverse_from", 0), f"{field}.reverse_from"),
            }  # fmt: skip
            if not parts["items"] and not parts["of"]:
                self.fault("empty", f"{field}.items")
            self._all_numbers(parts["of"], earlier, f"{field}.of")
        elif do is Do.WORSE_OF:
            parts["of"] = self._known(entry["of"], earlier, f"{field}.of")
            parts["order"] = tuple(self._listed(entry.get("order", ()), f"{field}.order"))
            if not parts["of"]:
                self.fault("empty", f"{field}.of")
            elif not parts["order"]:
                self._all_numbers(parts["of"], earlier, f"{field}.of")
            else:
                for name in parts["of"]:
                    for band in earlier[name].bands:
                        if band.id not in parts["order"]:
                            self.fault("unknown_reference", f"{field}.order", found=band.id)
        elif do is Do.LOOKUP:
            named = {name: its for name, its in earlier.items() if its.bands or its.order}
            ends = self._known((entry["row"], entry["column"]), named, field)
            table = self._table(entry["table"], bands, f"{field}.table")
            if len(ends) < 2 or table is None:
                return None
            parts |= {"row": ends[0], "column": ends[1], "table": table}
        elif do is Do.COUNT_LOOKUP:
            classes = self._classes(entry, by_id, field)
            cells = self._cells(entry["table"], tuple(classes), bands, f"{field}.table")
            parts |= {"count": entry["count"], "classes": classes, "cells": cells}
        else:
            levels = {band.level for step in before for band in step.bands} - {None}
            wanted = "level" if do is Do.SET_LEVEL else "cap"
            if entry[wanted] not in levels:
                self.fault("unknown_reference", f"{field}.{wanted}", found=str(entry[wanted]))
            parts["any_of"] = self._known(entry["any_of"], {fact.id for fact in facts}, f"{field}.any_of")
            for name in {"level", "delta", "cap"} & entry.keys():
                parts[name] = self._number(entry[name], f"{field}.{name}")
        return Step(id=id_, do=do, zh=names[0], en=names[1], **parts)

    def _classes(self, entry: Mapping[str, Any], by_id: Mapping[str, Item], field: str) -> dict[str, tuple[str, ...]]:
        content = entry["classes"]
        if not isinstance(content, Mapping) or not content:
            self.fault("not_a_mapping", f"{field}.classes")
            return {}
        classes = {}
        for name, listed in content.items():
            classes[str(name)] = self._known(listed, by_id, f"{field}.classes.{name}")
            for id_ in classes[str(name)]:
                if entry["count"] not in {option.id for option in by_id[id_].options}:
                    self.fault("unknown_reference", f"{field}.count", found=f"{id_}: {entry['count']}")
        return classes

    def _cells(
        self, content: Any, classes: tuple[str, ...], bands: tuple[Band, ...], field: str
    ) -> dict[tuple[int, ...], str]:
        cells: dict[tuple[int, ...], str] = {}
        known = {band.id for band in bands}
        for position, row in enumerate(self._listed(content, field)):
            at = f"{field}[{position}]"
            if not isinstance(row, Mapping) or row.keys() != {*classes, "band"}:
                self.fault("bad_row", at, wanted=(*classes, "band"))
                continue
            counts = tuple(self._number(row[name], f"{at}.{name}") for name in classes)
            if counts in cells:
                self.fault("twice", at, found=str(counts))
            if row["band"] not in known:
                self.fault("unknown_reference", f"{at}.band", found=str(row["band"]))
            cells[counts] = row["band"]
        return cells

    def _table(self, content: Any, bands: tuple[Band, ...], field: str) -> dict[str, dict[str, str]] | None:
        if not isinstance(content, Mapping) or not all(isinstance(row, Mapping) for row in content.values()):
            self.fault("not_a_mapping", field)
            return None
        by_name: dict[Any, str] = {band.id: band.id for band in bands}
        by_name |= {band.level: band.id for band in bands if band.level is not None}
        table: dict[str, dict[str, str]] = {}
        for row, cells in content.items():
            table[str(row)] = {}
            for column, cell in cells.items():
                if isinstance(cell, bool) or cell not in by_name:
                    self.fault("unknown_reference", f"{field}.{row}.{column}", found=str(cell))
                else:
                    table[str(row)][str(column)] = by_name[cell]
        return table

    def _bands(self, content: Any, field: str, *, is_scored: bool) -> tuple[Band, ...]:
        found: list[Band] = []
        for position, entry in enumerate(self._listed(content, field)):
            at = f"{field}[{position}]"
            names = self._names(entry, at)
            if names is None:
                continue
            id_ = self._id(entry, at, (band.id for band in found))
            low = high = None
            if is_scored:
                low, high = (self._number(entry.get(end), f"{at}.{end}") for end in ("min", "max"))
                if high < low:
                    self.fault("bad_range", at, found=f"{low}–{high}")
                for band in found:
                    if band.min is not None and band.max is not None and low <= band.max and band.min <= high:
                        self.fault("band_overlap", at, first=band.id, second=id_, at=max(low, band.min))
            level = entry.get("level")
            if level is not None and not _is_int(level):
                self.fault("not_a_number", f"{at}.level", found=str(level))
                level = None
            found.append(Band(id_, *names, low, high, level))
        if len({band.level for band in found if band.level is not None}) != sum(b.level is not None for b in found):
            self.fault("twice", field, found="level")
        return tuple(found)

    def _results(self, content: Any, steps: tuple[Step, ...]) -> tuple[str, ...]:
        by_id = {step.id: step for step in steps if step.bands}
        results = self._known((content,) if isinstance(content, str) else content, by_id, "result")
        if not results:
            self.fault("empty", "result")
        moved = [step for step in steps if step.do in (Do.SET_LEVEL, Do.LEVEL_DELTA)]
        if moved and (len(results) != 1 or any(band.level is None for id_ in results for band in by_id[id_].bands)):
            self.fault("no_levels", "result")
        return results

    def _alternatives(self, content: Any) -> dict[str, tuple[Band, ...]]:
        found: dict[str, tuple[Band, ...]] = {}
        for position, entry in enumerate(self._listed(content, "alternative_bands")):
            field = f"alternative_bands[{position}]"
            if not isinstance(entry, Mapping):
                self.fault("not_a_mapping", field)
                continue
            id_ = self._id(entry, field, found)
            found[id_] = self._bands(entry.get("bands"), f"{field}.bands", is_scored=True)
        return found

    def _eligible(self, content: Any, steps: tuple[Step, ...], results: tuple[str, ...]) -> tuple[str, ...]:
        if content is None:
            return ()
        if not isinstance(content, Mapping) or "eligible" not in content:
            self.fault("field_missing", "gate.eligible")
            return ()
        known = {band.id for step in steps if step.id in results for band in step.bands}
        return self._known(content["eligible"], known, "gate.eligible")

    def _all_numbers(self, names: Iterable[str], earlier: Mapping[str, Step], field: str) -> None:
        for name in names:
            step = earlier[name]
            if step.do is not Do.SUM and not (step.do is Do.WORSE_OF and not step.order):
                self.fault("no_score", field, found=name)

    def _known(self, names: Any, known: Any, field: str) -> tuple[str, ...]:
        listed = self._listed(names, field)
        for name in listed:
            if name not in known:
                self.fault("unknown_reference", field, found=str(name))
        if len(set(listed)) != len(listed):
            self.fault(
                "twice", field, found=", ".join(sorted({str(name) for name in listed if listed.count(name) > 1}))
            )
        return tuple(name for name in listed if name in known)

    def _listed(self, content: Any, field: str) -> tuple[Any, ...]:
        if not isinstance(content, list | tuple):
            self.fault("not_a_list", field)
            return ()
        return tuple(content)

    def _id(self, entry: Mapping[str, Any], field: str, taken: Iterable[str]) -> str:
        id_ = entry.get("id")
        if not isinstance(id_, str) or not id_:
            self.fault("field_missing", f"{field}.id")
            return ""
        if id_ in taken:
            self.fault("twice", f"{field}.id", found=id_)
        return id_

    def _number(self, content: Any, field: str) -> int:
        if not _is_int(content):
            self.fault("not_a_number", field, found=str(content))
            return 0
        return int(content)


def _is_int(content: Any) -> bool:
    return isinstance(content, int) and not isinstance(content, bool)
