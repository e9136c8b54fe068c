"""Which value applies, and which refusal (POLICY-01 to POLICY-07)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.policy.support import SOURCES, demands, document, editions, entry
from yijia.core.policy import Editions, Evidence, PolicyError, Value, jurisdiction_chain
from yijia.core.policy.schema import read_document
from yijia.core.refusal import Refusal

D1, D2, D3 = date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)
CITY, PROVINCE, NEIGHBOUR = "CN-441900", "CN-440000", "CN-440300"


def answer(tree: Editions, place: str = CITY, on: date = D2, insured: str | None = None) -> object:
    """The value, or the refusal code."""
    found = tree.lookup("item:a", jurisdiction=place, on=on, insured_class=insured)
    return found.code if isinstance(found, Refusal) else found.value


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("CN", ("CN",)),
        ("CN-440000", ("CN-440000", "CN")),
        ("CN-441900", ("CN-441900", "CN-440000", "CN")),
        ("CN-440704", ("CN-440704", "CN-440700", "CN-440000", "CN")),
        ("CN-440307", ("CN-440307", "CN-440300", "CN-440000", "CN")),
        ("CN-500000", ("CN-500000", "CN")),
    ],
)
def test_chain(code, chain):
    """Bug it catches: a district that skips its city, or a province listed twice."""
    assert jurisdiction_chain(code) == chain


@pytest.mark.parametrize("code", ["", "CN-", "CN-44", "CN-4419000", "cn-441900", "CN-44190０", "441900", "CN-441900\n"])
def test_chain_of_no_place(code):
    """Bug it catches: a mistyped code answered with national values as if it were a place."""
    with pytest.raises(ValueError):
        jurisdiction_chain(code)


def test_fine_beats_coarse_and_neighbours_are_never_asked():
    """Bug it catches: falling sideways to another city, or the nation overriding the city."""
    tree = editions(document("CN", entry(value=1)), document(NEIGHBOUR, entry(value=9)))
    assert answer(tree) == 1
    assert answer(editions(document(NEIGHBOUR, entry(value=9)))) == "policy.unknown"
    tree = editions(document("CN", entry(value=1)), document(PROVINCE, entry(value=2)), document(CITY, entry(value=3)))
    assert (answer(tree), answer(tree, PROVINCE), answer(tree, NEIGHBOUR), answer(tree, "CN-500000")) == (3, 2, 2, 1)


@pytest.mark.parametrize(
    ("on", "expected"),
    [(D1 - timedelta(1), "policy.unknown"), (D1, 1), (D2 - timedelta(1), 1), (D2, 2), (date.max, 2)],
)
def test_period_is_half_open(on, expected):
    """Bug it catches: a day on which two editions hold, or none, at a change of price."""
    assert (
        answer(editions(document(CITY, entry(value=1, start=D1, until=D2), entry(value=2, start=D2))), on=on)
        == expected
    )


def test_outside_its_period_a_fine_value_is_silent():
    """Bug it catches: an expired city value hiding the province's value in force."""
    tree = editions(document(CITY, entry(value=3, until=D1)), document(PROVINCE, entry(value=2)))
    assert (answer(tree, on=D1 - timedelta(1)), answer(tree, on=D1)) == (3, 2)


def test_null_stops_the_search():
    """Bug it catches: a city that says it does not know is charged the nation's price."""
    missing = entry(value=None, evidence="missing")
    tree = editions(document("CN", entry(value=1)), document(CITY, missing))
    assert answer(tree) == "policy.missing"
    named = entry(value={"amount_fen": None}, evidence="missing")
    assert answer(editions(document("CN", entry(value=1)), document(CITY, named))) == "policy.missing"


def test_insured_class():
    """Bug it catches: an employee's value given to a resident, or a coarse value when the class was simply not said."""
    by_class = [entry(value=1, insured_class="employee"), entry(value=2, insured_class="resident")]
    tree = editions(document("CN", entry(value=9)), document(CITY, *by_class))
    assert answer(tree, insured="employee") == 1
    assert answer(tree, insured="resident") == 2
    assert answer(tree, insured="student") == 9
    assert answer(tree) == "policy.insured_class"
    both = editions(document(CITY, entry(value=0), by_class[0]))
    assert (answer(both), answer(both, insured="employee"), answer(both, insured="resident")) == (0, 1, 0)


def test_two_values_at_once_are_refused():
    """Bug it catches: the first file of the alphabet silently winning."""
    assert answer(editions(document(CITY, entry(value=1), entry(value=2, start=D1)))) == "policy.ambiguous"


@pytest.mark.parametrize("evidence", list(Evidence)[:-1])
@pytest.mark.parametrize("demanded", list(Evidence)[:-1])
def test_demand(evidence, demanded):
    """Bug it catches: evidence levels compared as text (official < press < recalled is no order of trust)."""
    tree = editions(
        demands(money=demanded.value), document(CITY, entry(evidence=evidence.value, source=["LAW"], note="x"))
    )
    found = tree.demand("item:a", use="money", jurisdiction=CITY, on=D2)
    order = ["official", "press", "secondary", "derived", "recalled"]
    if order.index(evidence) <= order.index(demanded):
        assert isinstance(found, Value)
    else:
        assert isinstance(found, Refusal)
        facts = {
            "evidence": evidence.value,
            "demanded": demanded.value,
            "use": "money",
            "key": "item:a",
            "sources": ("LAW",),
        }
        assert (found.code, {name: found.facts[name] for name in facts}) == ("policy.weak", facts)


def test_a_use_nobody_defined_refuses():
    """Bug it catches: a mistyped use that demands nothing."""
    tree = editions(demands(money="press"), document(CITY, entry()))
    found = tree.demand("item:a", use="mony", jurisdiction=CITY, on=D2)
    assert isinstance(found, Refusal)
    assert (found.code, found.facts["key"]) == ("policy.unknown", "demand:mony")


def test_a_city_may_demand_more():
    """Bug it catches: demands looked up for the nation only."""
    stricter = document(CITY, entry("demand:money", {"at_least": "official"}), kind="demand")
    tree = editions(demands(money="press"), stricter, document("CN", entry(evidence="press", source=["NEWS"])))
    assert isinstance(tree.demand("item:a", use="money", jurisdiction=CITY, on=D2), Refusal)
    assert isinstance(tree.demand("item:a", use="money", jurisdiction=PROVINCE, on=D2), Value)


def test_values_by_prefix():
    """Bug it catches: a list that shows the coarse value beside the fine one, or a refused key."""
    tree = editions(
        document("CN", entry("item:a", 1), entry("item:b", 2), entry("item:c", 3)),
        document(CITY, entry("item:b", 20), entry("item:c", None, evidence="missing")),
        document("CN", entry("fee:a", 9), kind="fee"),
    )
    assert [(v.key, v.value) for v in tree.values("item:", jurisdiction=CITY, on=D2)] == [("item:a", 1), ("item:b", 20)]


def test_explained():
    """Bug it catches: a candidate left out of the explanation, or a reason that is not the true one."""
    tree = editions(
        document(CITY, entry(value=1, until=D1), entry(value=2, start=D1, until=D3), entry(value=3, start=D3)),
        document(CITY, entry(value=4, insured_class="employee"), entry(value=5, insured_class="student")),
        document("CN", entry(value=6)),
    )
    told = tree.explain("item:a", jurisdiction=CITY, on=D2, insured_class="employee")
    assert [(c.value.value, c.verdict) for c in told.candidates] == [
        (1, "ended"), (2, "general"), (3, "not_yet"), (4, "taken"), (5, "other_class"), (6, "coarser"),
    ]  # fmt: skip
    assert told.chain == (CITY, PROVINCE, "CN")


def test_loaded_values_cannot_be_changed():
    """Bug it catches: one request altering the policy of every later one."""
    found = editions(document(CITY, entry(value={"list": [1]}))).lookup("item:a", jurisdiction=CITY, on=D2)
    assert isinstance(found, Value)
    with pytest.raises(TypeError):
        found.value["list"] = []
    assert found.value["list"] == (1,)


def test_a_broken_tree_does_not_load():
    """Bug it catches: running on the half of a file that could be read."""
    with pytest.raises(PolicyError):
        editions(document(CITY, entry(), entry(evidence="sure")))


places = st.sampled_from(["CN", "CN-440000", CITY, NEIGHBOUR, "CN-440307"])
days = st.none() | st.dates(date(2025, 1, 1), date(2025, 1, 6))
classes = st.sampled_from([None, "employee", "resident"])


@st.composite
def trees(draw):
    documents = []
    for place in draw(st.lists(places, max_size=5)):
        start, until = draw(days), draw(days)
        if start is not None and until is not None and until <= start:
            start, until = until, start + timedelta(1)
        value = draw(st.none() | st.integers(0, 9))
        evidence = "missing" if value is None else draw(st.sampled_from(["official", "press", "derived"]))
        documents.append(
            document(
                place,
                entry(value=value, start=start, until=until, evidence=evidence, insured_class=draw(classes), note="x"),
            )
        )
    return Editions([value for d in documents for value in read_document(d, SOURCES)[0]], SOURCES)


@given(trees(), places, st.dates(date(2025, 1, 1), date(2025, 1, 6)), classes)
def test_explanation_and_answer_agree(tree, place, on, insured):
    """Bug it catches: the screen naming another value than the one that was charged."""
    told = tree.explain("item:a", jurisdiction=place, on=on, insured_class=insured)
    taken = [candidate.value for candidate in told.candidates if candidate.verdict == "taken"]
    assert taken == ([told.outcome] if isinstance(told.outcome, Value) else [])
    assert all(candidate.value.jurisdiction in told.chain for candidate in told.candidates)
    for value in taken:
        assert value.holds_on(on)
        assert value.insured_class in (None, insured)
        assert not value.is_missing
