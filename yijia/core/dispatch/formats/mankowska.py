"""The text form of Mankowska, Meisel and Bierwirth 2014: keyword lines followed by their values."""

from yijia.core.dispatch.formats.error import FormatError
from yijia.core.dispatch.formats.lines import FARTHEST, at_least, number, ticks, whole
from yijia.core.dispatch.model import HHCRSP, Carer, Link, Problem, Visit
from yijia.core.dispatch.travel import Matrix

PER_MIN = 1000
_KEYWORDS = ("nbNodes", "nbVehi", "nbServi", "r", "DS", "a", "x", "y", "d", "p", "mind", "maxd", "e", "l")

_Row = tuple[int, list[str]]


def read(text: str) -> Problem:
    """A Mankowska file; node 0 is the depot and the last node the depot again. Raises FormatError."""
    blocks, at = _blocks(text)
    nodes = _single(blocks, at, "nbNodes", least=3)
    vehicles = _single(blocks, at, "nbVehi", least=1)
    services = _single(blocks, at, "nbServi", least=1)
    needs = _table(blocks, at, "r", nodes, services)
    able = _table(blocks, at, "a", vehicles, services)
    distance = _table(blocks, at, "d", nodes, nodes)
    durations = _table(blocks, at, "p", nodes * vehicles, services)
    low, high = _row(blocks, at, "mind", nodes), _row(blocks, at, "maxd", nodes)
    opens, closes = _row(blocks, at, "e", nodes), _row(blocks, at, "l", nodes)
    for axis in ("x", "y"):  # not used, for distances are given; a broken file is told all the same
        for line, words in blocks[axis]:
            for word in words:
                number(word, line, axis)
    doubles = {whole(word, line, "DS", least=1, most=nodes) - 1 for line, words in blocks["DS"] for word in words}

    visits: list[Visit] = []
    links: list[Link] = []
    for node in range(1, nodes - 1):
        line, row = needs[node]
        wanted = [service for service in range(services) if row[service] == 1]
        if any(value not in (0, 1) for value in row) or not 1 <= len(wanted) <= 2:
            raise FormatError(line, "r", f"patient {node} needs {len(wanted)} services; one or two are possible")
        if (len(wanted) == 2) != (node in doubles):
            raise FormatError(line, "r", f"patient {node} has {len(wanted)} services, DS says otherwise")
        names = []
        for service in wanted:
            hands = [v for v in range(vehicles) if able[v][1][service] == 1]
            if not hands:
                raise FormatError(line, "r", f"patient {node} needs service {service + 1}, which no vehicle can do")
            takes = {durations[node * vehicles + v][1][service] for v in hands}
            if len(takes) > 1:
                raise FormatError(durations[node * vehicles][0], "p", f"patient {node}: duration differs by vehicle")
            name = f"p{node}" if len(wanted) == 1 else f"p{node}/s{service + 1}"
            names.append(name)
            visits.append(
                Visit(
                    name,
                    node,
                    ticks(takes.pop(), PER_MIN),
                    ticks(opens[1][node], PER_MIN),
                    ticks(closes[1][node], PER_MIN),
                    late_max=None,
                    skills=frozenset({f"s{service + 1}"}),
                    label=f"p{node}",
                )
            )
        if closes[1][node] < opens[1][node]:
            raise FormatError(closes[0], "l", f"patient {node} closes before it opens")
        if len(names) == 2:
            gap = ticks(low[1][node], PER_MIN), ticks(high[1][node], PER_MIN)
            if gap[0] > gap[1]:
                raise FormatError(high[0], "maxd", f"patient {node}: below mind")
            links.append(Link(names[0], names[1], *gap))
    carers = tuple(
        Carer(
            f"c{vehicle + 1}",
            0,
            0,
            skills=frozenset(f"s{service + 1}" for service in range(services) if able[vehicle][1][service] == 1),
            overtime_max=None,
        )
        for vehicle in range(vehicles)
    )
    matrix = [[ticks(at_least(value, line, "d", most=FARTHEST), PER_MIN) for value in row] for line, row in distance]
    return Problem(tuple(visits), carers, Matrix(matrix), tuple(links), objective=HHCRSP, ticks_per_min=PER_MIN)


def _blocks(text: str) -> tuple[dict[str, list[_Row]], dict[str, int]]:
    blocks: dict[str, list[_Row]] = {}
    at: dict[str, int] = {}
    word = ""
    for line, raw in enumerate(text.splitlines(), 1):
        words = raw.split()
        if not words:
            continue
        if words[0] in _KEYWORDS and len(words) == 1:
            word = words[0]
            if word in blocks:
                raise FormatError(line, word, "the keyword occurs twice")
            blocks[word], at[word] = [], line
        elif not word:
            raise FormatError(line, "nbNodes", f"expected a keyword, found '{words[0][:40]}'")
        else:
            blocks[word].append((line, words))
    for keyword in _KEYWORDS:
        if keyword not in blocks:
            raise FormatError(len(text.splitlines()), keyword, "the keyword is missing")
    return blocks, at


def _single(blocks: dict[str, list[_Row]], at: dict[str, int], word: str, *, least: int) -> int:
    rows = blocks[word]
    if len(rows) != 1 or len(rows[0][1]) != 1:
        raise FormatError(at[word], word, "exactly one value is needed")
    return whole(rows[0][1][0], rows[0][0], word, least=least, most=100_000)


def _table(
    blocks: dict[str, list[_Row]], at: dict[str, int], word: str, rows: int, columns: int
) -> list[tuple[int, list[float]]]:
    found = blocks[word]
    if len(found) != rows:
        raise FormatError(at[word], word, f"{rows} rows are needed, {len(found)} found")
    for line, words in found:
        if len(words) != columns:
            raise FormatError(line, word, f"{columns} values are needed, {len(words)} found")
    return [(line, [at_least(number(text, line, word), line, word) for text in words]) for line, words in found]


def _row(blocks: dict[str, list[_Row]], at: dict[str, int], word: str, columns: int) -> tuple[int, list[float]]:
    return _table(blocks, at, word, 1, columns)[0]
