"""A broken or contradictory file is one error that names line and field, and exit code 2; never a traceback or a plan."""

import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from yijia.bench import citygen
from yijia.cli import faults
from yijia.cli.dispatch import command
from yijia.core.dispatch.formats import FormatError, read

DATA = Path(__file__).parents[2] / "data" / "dispatch"
FILES = {
    "mankowska": "InstanzCPLEX_HCSRP_10_3.txt.gz",
    "hhcrsp-json": "instance_003-rome-r19-p44-s4-sim22.3-seq22.9.json.gz",
    "solomon": "C102.txt.gz",
    "vrplib": "RC1_10_4.vrp.gz",
}


def text(form: str) -> str:
    if form == "citygen":
        return json.dumps(citygen.generate(60, 16, 5), indent=1)
    return gzip.decompress((DATA / FILES[form]).read_bytes()).decode()


def edit(form: str, *path: str | int, to: object) -> str:
    """The JSON document with one value changed; `to` None removes it."""
    tree = json.loads(text(form))
    holder = tree
    for step in path[:-1]:
        holder = holder[step]
    if to is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = to
    return json.dumps(tree, indent=1)


def swap(form: str, old: str, new: str) -> str:
    whole = text(form)
    assert whole.count(old) >= 1, old
    return whole.replace(old, new, 1)


def cut_off(form: str) -> str:
    whole = text(form)
    return whole[: len(whole) // 2]


BROKEN = [
    # truncated
    ("mankowska", lambda: cut_off("mankowska"), None),
    ("hhcrsp-json", lambda: cut_off("hhcrsp-json"), "column"),
    ("citygen", lambda: cut_off("citygen"), "column"),
    ("vrplib", lambda: cut_off("vrplib"), "SECTION"),
    ("solomon", lambda: text("solomon")[:200], None),
    # letters for numbers
    ("mankowska", lambda: swap("mankowska", "x\n34 10", "x\n34 ten"), None),
    ("mankowska", lambda: swap("mankowska", "0  134 140", "0  134 noon"), "e"),
    ("hhcrsp-json", lambda: edit("hhcrsp-json", "distances", 2, 3, to="far"), "distances[2][3]"),
    ("citygen", lambda: edit("citygen", "visits", 4, "duration", to="long"), "visits[4].duration"),
    ("solomon", lambda: swap("solomon", "45         68", "45         6x"), "YCOORD."),
    ("vrplib", lambda: swap("vrplib", "2 440 436", "2 440 4e"), "NODE_COORD_SECTION"),
    # endless and not a number
    ("solomon", lambda: swap("solomon", "45         68", "45         inf"), "YCOORD."),
    ("citygen", lambda: text("citygen").replace('"duration": 30', '"duration": NaN', 1), "duration"),
    # negative durations
    ("mankowska", lambda: swap("mankowska", "p\n0 0 0 0 0 0", "p\n0 0 -3 0 0 0"), "p"),
    ("hhcrsp-json", lambda: edit("hhcrsp-json", "services", 0, "default_duration", to=-5), "services[0]"),
    ("citygen", lambda: edit("citygen", "visits", 0, "duration", to=-30), "visits[0].duration"),
    ("solomon", lambda: swap("solomon", "1127         90", "1127        -90"), "SERVICE"),
    ("vrplib", lambda: swap("vrplib", "SERVICE_TIME : 10", "SERVICE_TIME : -10"), "SERVICE_TIME"),
    # windows reversed
    ("mankowska", lambda: swap("mankowska", "600  254", "600  100"), "l"),
    (
        "hhcrsp-json",
        lambda: edit("hhcrsp-json", "patients", 1, "time_window", to=[500, 400]),
        "patients[1].time_window",
    ),
    ("citygen", lambda: edit("citygen", "visits", 7, "tw", to=[600, 500]), "visits[7].tw"),
    ("citygen", lambda: edit("citygen", "caregivers", 2, "shift", to=[900, 400]), "shift"),
    ("solomon", lambda: swap("solomon", "0       1127", "1200    1127"), "DUE DATE"),
    ("vrplib", lambda: swap("vrplib", "3 231 261", "3 261 231"), "TIME_WINDOW_SECTION"),
    # unknown skill, carer or service
    ("mankowska", lambda: swap("mankowska", "a\n1  1  1  0  0  0", "a\n0  0  0  0  0  0"), "r"),
    (
        "hhcrsp-json",
        lambda: edit("hhcrsp-json", "caregivers", 0, "abilities", to=["flying"]),
        "caregivers[0].abilities[0]",
    ),
    (
        "hhcrsp-json",
        lambda: edit("hhcrsp-json", "patients", 0, "required_caregivers", 0, "service", to="flying"),
        "patients[0].required_caregivers[0].service",
    ),
    ("citygen", lambda: edit("citygen", "visits", 5, "skill", to="flying"), "visits[5].skill"),
    ("citygen", lambda: edit("citygen", "caregivers", 3, "skills", to=["care", "flying"]), "caregivers[3].skills[1]"),
    ("citygen", lambda: edit("citygen", "visits", 5, "usual", to="C9999"), "visits[5].usual"),
    # no depot
    ("mankowska", lambda: swap("mankowska", "nbNodes\n12", "nbNodes\n1"), "nbNodes"),
    ("hhcrsp-json", lambda: edit("hhcrsp-json", "central_offices", to=[]), "central_offices"),
    ("citygen", lambda: edit("citygen", "caregivers", 0, "home", to=None), "caregivers[0]"),
    ("citygen", lambda: edit("citygen", "caregivers", to=[]), "caregivers"),
    ("solomon", lambda: text("solomon").split("    0      40")[0], "CUSTOMER"),
    ("vrplib", lambda: swap("vrplib", "DEPOT_SECTION\n1 \n", "DEPOT_SECTION\n"), "DEPOT_SECTION"),
    ("vrplib", lambda: swap("vrplib", "DEPOT_SECTION\n1 \n", "DEPOT_SECTION\n1002 \n"), "DEPOT_SECTION"),
    # pairs
    ("mankowska", lambda: swap("mankowska", "DS\n11 10 9", "DS\n11 10"), "r"),
    ("mankowska", lambda: swap("mankowska", "4 70 8", "4 30 8"), "maxd"),
    ("citygen", lambda: edit("citygen", "links", 0, "b", to="V99999"), "links[0].b"),
    ("citygen", lambda: edit("citygen", "links", 1, "b", to=json.loads(text("citygen"))["links"][0]["a"]), "visit"),
    ("citygen", lambda: edit("citygen", "visits", 1, "id", to="V00000"), "visit"),
    # a limit that is not kept is not ignored
    ("vrplib", lambda: swap("vrplib", "CAPACITY : 200", "CAPACITY : 200\nVEHICLES_MAX_DISTANCE : 3"), "MAX_DISTANCE"),
]


@pytest.mark.parametrize(("form", "make", "field"), BROKEN, ids=[f"{b[0]}-{i}" for i, b in enumerate(BROKEN)])
def test_one_error_names_line_and_field(form: str, make: object, field: str | None) -> None:
    broken = make()  # type: ignore[operator]  # a function of the table above
    with pytest.raises(FormatError) as caught:
        read(broken, form)
    if field is not None:
        assert field in caught.value.field
    assert caught.value.line is not None
    assert 1 <= caught.value.line <= broken.count("\n") + 1


@pytest.mark.parametrize("form", [*FILES, "citygen"])
def test_the_command_says_it_once_and_exits_2(form: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.gz"
    path.write_bytes(gzip.compress(cut_off(form).encode()))
    for words in (
        ["solve", str(path), "--format", form, "--iterations", "1"],
        ["check", str(path), str(path), "--format", form],
    ):
        done = CliRunner().invoke(command, words)
        assert done.exit_code == 2
        assert done.output.count("\n") == 1
        assert done.output.startswith("broken.gz: 第 ")
        assert "。 line " in done.output


def test_not_text_and_half_a_gzip(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    for data in (b"\x1f\x8b\x08\x00", gzip.compress(text("solomon").encode())[:-20], b"\xff\xfe\x00nbNodes", b""):
        path.write_bytes(data)
        done = CliRunner().invoke(command, ["solve", str(path)])
        assert done.exit_code == 2
        assert done.output.startswith("x.gz: ")


ODD = (None, [], {}, "", -1, True, 0, "x", [1], 1.5, 10**30, 1e300, [[1]], {"a": 1}, float("nan"))


@pytest.mark.parametrize("form", ["citygen", "hhcrsp-json"])
def test_whatever_stands_in_a_json_file(form: str) -> None:
    """Every value replaced by odd ones: the file is read, or one fault is named in both languages; nothing else."""
    dice = random.Random(form)
    whole = json.loads(text(form))
    paths = list(_paths(whole))
    named = 0
    for path in [*dice.sample(paths, 150), *((key,) for key in whole)]:
        tree = json.loads(text(form))
        holder = tree
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = dice.choice(ODD)
        named += _reads_or_names(json.dumps(tree, indent=1), form)
    assert named > 100


@pytest.mark.parametrize("form", ["mankowska", "solomon", "vrplib"])
def test_whatever_stands_in_a_text_file(form: str) -> None:
    """Words replaced, lines lost and doubled."""
    dice = random.Random(form)
    lines = text(form).splitlines()
    named = 0
    for _ in range(120):
        some = list(lines)
        at = dice.randrange(min(len(some), 140))
        words = some[at].split() or ["0"]
        kind = dice.randrange(4)
        if kind < 2:
            words[dice.randrange(len(words))] = dice.choice(("-1", "x", "1e999", "nan", "0", "9" * 30, "0.5", "é", ""))
        some[at : at + 1] = [" ".join(words)] if kind < 2 else [] if kind == 2 else [some[at], some[at]]
        named += _reads_or_names("\n".join(some), form)
    assert named > 30


def _reads_or_names(broken: str, form: str) -> bool:
    """Whether a fault was named."""
    fault = None
    try:
        read(broken, form)
    except FormatError as error:
        fault = error
    if fault is not None:
        assert fault.field
        assert "不是合规的 JSON" not in faults.both("f", fault.line, fault.field, fault.problem)
    return fault is not None


def _paths(tree: Any, before: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield (*before, key)
        if isinstance(value, dict | list):
            yield from _paths(value, (*before, key))


def test_a_contradiction_is_no_puzzle() -> None:
    """Twice the same key, twice the same patient, a name of no letters, a number without end."""
    twice = text("citygen").replace('"duration": ', '"duration": 5,\n"duration": ', 1)
    with pytest.raises(FormatError, match=r"line \d+, duration: occurs twice") as caught:
        read(twice, "citygen")
    assert '"duration"' in twice.splitlines()[(caught.value.line or 0) - 1]
    first = json.loads(text("hhcrsp-json"))["patients"][0]["id"]
    with pytest.raises(FormatError, match=r"patients\[1\].id: '.+' occurs twice"):
        read(edit("hhcrsp-json", "patients", 1, "id", to=first), "hhcrsp-json")
    with pytest.raises(FormatError, match=r"visits\[0\].id: a name is needed"):
        read(edit("citygen", "visits", 0, "id", to=" "), "citygen")
    with pytest.raises(FormatError, match="is more than"):
        read(edit("citygen", "visits", 0, "duration", to=10**12), "citygen")
    with pytest.raises(FormatError, match="cannot be read"):
        read(text("citygen").replace('"duration": 30', '"duration": ' + "3" * 5000, 1), "citygen")


def test_every_fault_of_the_table_is_said_in_chinese() -> None:
    for form, make, _ in BROKEN:
        with pytest.raises(FormatError) as caught:
            read(make(), form)
        said = faults.chinese(caught.value.problem)
        is_json = "column" in caught.value.field
        assert re.search(r"[\u4e00-\u9fff]", said)
        assert (said == "不是合规的 JSON") == is_json, caught.value.problem
