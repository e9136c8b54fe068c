"""Random rules over a small vocabulary, and random rows with unknowns."""

from datetime import date

from hypothesis import strategies as st

from yijia.core.rules import Column, Vocabulary

WORDS = Vocabulary(
    {
        "a": Column("integer", "甲", "A"),
        "b": Column("integer", "乙", "B"),
        "p": Column("boolean", "丙", "P"),
        "q": Column("boolean", "丁", "Q"),
        "s": Column("text", "戊", "S"),
        "t": Column("text", "己", "T"),
        "d": Column("date", "庚", "D"),
        "e": Column("date", "辛", "E"),
    }
)
TEXTS = ["", "a", "ab", "aB", "b_", "%", "护师"]
small = st.integers(-3, 3)
rows = st.fixed_dictionaries(
    {
        **dict.fromkeys("ab", st.none() | small),
        **dict.fromkeys("pq", st.none() | st.booleans()),
        **dict.fromkeys("st", st.none() | st.sampled_from(TEXTS)),
        **dict.fromkeys("de", st.none() | st.dates(date(2023, 12, 25), date(2024, 3, 5))),
    }
)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


number = st.recursive(
    st.sampled_from("ab") | st.integers(0, 3).map(str),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        inner.map(lambda n: f"(-{n})"),
        inner.map(lambda n: f"abs({n})"),
        st.tuples(inner, inner).map(lambda p: f"coalesce({p[0]}, {p[1]})"),
        st.sampled_from("st").map(lambda s: f"length({s})"),
        st.just("days_between(d, e)"),
        st.just("full_years(d, e)"),
    ),
    max_leaves=4,
)
text = st.one_of(
    st.sampled_from("st"),
    st.sampled_from(TEXTS).map(quoted),
    st.sampled_from("st").map(lambda s: f"lower({s})"),
    st.just("coalesce(s, t)"),
)
day = st.sampled_from(["d", "e", "DATE '2024-01-01'", "DATE '2024-02-29'"])
operators = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
is_not = st.sampled_from(["", "NOT "])
atoms = st.one_of(
    st.sampled_from(["p", "q", "TRUE", "FALSE"]),
    st.tuples(number, operators, number).map(" ".join),
    st.tuples(text, st.sampled_from(["=", "<>"]), text).map(" ".join),
    st.tuples(day, operators, day).map(" ".join),
    st.tuples(number, is_not, number, number).map(lambda p: f"{p[0]} {p[1]}BETWEEN {p[2]} AND {p[3]}"),
    st.tuples(number, is_not, st.lists(number, min_size=1, max_size=3)).map(
        lambda p: f"{p[0]} {p[1]}IN ({', '.join(p[2])})"
    ),
    st.tuples(text, is_not, st.lists(text, min_size=1, max_size=3)).map(
        lambda p: f"{p[0]} {p[1]}IN ({', '.join(p[2])})"
    ),
    st.tuples(st.sampled_from("abpqstde"), is_not).map(lambda p: f"{p[0]} IS {p[1]}NULL"),
    st.tuples(st.sampled_from("pq"), is_not, st.sampled_from(["TRUE", "FALSE"])).map(
        lambda p: f"{p[0]} IS {p[1]}{p[2]}"
    ),
    st.tuples(st.sampled_from("st"), is_not, st.sampled_from(["a%", "%b", "_", "a_", "%", "b_"])).map(
        lambda p: f"{p[0]} {p[1]}LIKE {quoted(p[2])}"
    ),
)
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(" ".join),
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda p: f"({' '.join(p)})"),
        inner.map(lambda c: f"NOT ({c})"),
    ),
    max_leaves=6,
)
