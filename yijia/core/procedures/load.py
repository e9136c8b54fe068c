"""Reads a procedure out of a policy value; refuses one whose table does not hold together."""

from collections.abc import Mapping
from typing import Any

from yijia.core.assessment import Fault, InstrumentError, fingerprint
from yijia.core.lifecycle import Move, Table
from yijia.core.permissions import Permission
from yijia.core.policy import Value
from yijia.core.procedures.procedure import THIRD, Otherwise, Procedure, Reason, StateWords, enum_of

KIND = "procedure"
TONES = ("idle", "wait", "go", "road", "done", "bad")
_FIELDS = (
    "zh", "en", "scheme", "instrument", "gate", "assessors", "vote", "reasons", "terms", "states", "initial", "moves",
)  # fmt: skip


_OF_AN_INSTITUTION = frozenset({"instrument", "gate"})
"""Fields a procedure about an institution does without: its sheet is a list of criteria."""
INSTITUTION = "institution"


def read(value: Value) -> Procedure:
    """The procedure a policy value of kind `procedure` holds.

    Raises      InstrumentError: a field is missing, a state, right or term is not known, or the table has a state that
                cannot be reached or left, a pair that moves twice, or an unused event
    """
    content = value.value
    faults = _faults(content)
    if faults:
        raise InstrumentError(value.document, value.key, faults)
    try:
        return _procedure(value, content)
    except ValueError as error:
        fault = Fault("procedures.bad_table", "value.moves", {"problem": str(error)})
        raise InstrumentError(value.document, value.key, [fault]) from error


def _faults(content: Any) -> list[Fault]:
    if not isinstance(content, Mapping):
        return [Fault("assessment.not_a_mapping", "value", {})]
    asked = [name for name in _FIELDS if name not in _OF_AN_INSTITUTION or content.get("subject") != INSTITUTION]
    asked += ["criteria"] if content.get("subject") == INSTITUTION else []
    missing = [Fault("assessment.field_missing", f"value.{name}", {}) for name in asked if name not in content]
    if missing:
        return missing
    faults: list[Fault] = []

    def known(found: Any, allowed: Any, field: str) -> None:
        if found not in allowed:
            faults.append(Fault("assessment.unknown_reference", f"value.{field}", {"found": str(found)}))

    states = {state["id"] for state in content["states"]}
    known(content["initial"], states, "initial")
    for position, state in enumerate(content["states"]):
        known(state.get("tone"), TONES, f"states[{position}].tone")
        if state.get("term") is not None:
            known(state["term"], content["terms"], f"states[{position}].term")
    for position, move in enumerate(content["moves"]):
        for source in move["from"]:
            known(source, states, f"moves[{position}].from")
        known(move["to"], states, f"moves[{position}].to")
        for right in (move["permission"], *move.get("also", ())):
            known(right, set(Permission), f"moves[{position}].permission")
    third = content.get("third")
    if third is not None:
        known(third.get("otherwise"), set(Otherwise), "third.otherwise")
    ways = {move["event"] for move in content["moves"] if THIRD in move["from"]}
    needed = (
        set() if third is None else {"concur", "scatter"} if third.get("otherwise") == Otherwise.VOTE else {"concur"}
    )
    if (third is None) is (THIRD in states) or not needed <= ways:
        faults.append(Fault("procedures.bad_third", "value.third", {"state": THIRD}))
    vote = content["vote"]
    if not 0 < vote["majority"] <= vote["seats"] or vote["majority"] * 2 <= vote["seats"]:
        found = f"{vote['majority']}/{vote['seats']}"
        faults.append(Fault("procedures.bad_vote", "value.vote", {"found": found}))
    return faults


def _procedure(value: Value, content: Mapping[str, Any]) -> Procedure:
    states = {
        state["id"]: StateWords(
            state["id"], state["zh"], state["en"], state["tone"], state.get("term"), state.get("is_open", True)
        )
        for state in content["states"]
    }
    events: dict[str, tuple[str, str]] = {}
    for move in content["moves"]:
        events.setdefault(move["event"], (move["zh"], move["en"]))
    state_enum, event_enum = enum_of("State", tuple(states)), enum_of("Event", tuple(events))
    leaving = {source for move in content["moves"] for source in move["from"]}
    moves = tuple(
        Move(
            event_enum(move["event"]), frozenset(state_enum(source) for source in move["from"]), state_enum(move["to"]),
            Permission(move["permission"]), also=frozenset(Permission(right) for right in move.get("also", ())),
            needs=dict(move.get("needs", {})),
        )
        for move in content["moves"]
    )  # fmt: skip
    table: Table[Any, Any] = Table(
        area="cases", states=state_enum, events=event_enum, initial=state_enum(content["initial"]),
        terminal=frozenset(state_enum(id_) for id_ in states if id_ not in leaving), moves=moves,
    )  # fmt: skip
    return Procedure(
        id=value.key.partition(":")[2], zh=content["zh"], en=content["en"], edition=value.edition,
        scheme=content["scheme"], instrument=content.get("instrument", ""), gate=content.get("gate", ""), criteria=content.get("criteria", ""),
        assessors=content["assessors"],
        otherwise=Otherwise(content["third"]["otherwise"]) if "third" in content else None, seats=content["vote"]["seats"], majority=content["vote"]["majority"],
        reasons={entry["id"]: Reason(entry["id"], entry["zh"], entry["en"]) for entry in content["reasons"]},
        states=states, events=events, terms=dict(content["terms"]), table=table, fingerprint=fingerprint(content),
        content=content,
    )  # fmt: skip
