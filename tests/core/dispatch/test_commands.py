"""The command line: solve, check, bench; exit codes and the shape of JSON."""

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from yijia.bench import citygen
from yijia.bench.dispatch import commands
from yijia.cli.dispatch import command

DATA = Path(__file__).parents[2] / "data" / "dispatch"
FILE = str(DATA / "InstanzCPLEX_HCSRP_10_3.txt.gz")


def test_solve_then_check(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    run = CliRunner()
    solved = run.invoke(
        command, ["solve", FILE, "--format", "mankowska", "--iterations", "40000", "--seed", "1", "--out", str(plan)]
    )
    assert solved.exit_code == 0, solved.output
    checked = run.invoke(command, ["check", FILE, str(plan), "--json"])
    assert checked.exit_code == 0
    assert json.loads(checked.output)["value"] < 320
    spoilt = json.loads(plan.read_text())
    first = next(iter(spoilt["routes"]))
    spoilt["routes"][first][0][1] = 0
    plan.write_text(json.dumps(spoilt))
    assert run.invoke(command, ["check", FILE, str(plan)]).exit_code == 1


def test_same_seed_and_iterations_same_plan_on_one_process_or_two(tmp_path: Path) -> None:
    """Also where several starts are run side by side, and where the day is cut into shards."""
    day = tmp_path / "day.json"
    day.write_text(json.dumps(citygen.generate(60, 16, 5)))
    plans = []
    for i, more in enumerate(
        (["--workers", "1"], ["--workers", "2"], ["--starts", "3"], ["--starts", "3", "--workers", "2"])
    ):
        out = tmp_path / f"plan{i}.json"
        words = ["solve", str(day), "--iterations", "300", "--seed", "4", "--out", str(out), *more]
        done = CliRunner().invoke(command, words)
        assert done.exit_code == 0, done.output
        plans.append(json.loads(out.read_text()))
    assert plans[0] == plans[1]
    assert plans[2] == plans[3]


def test_check_ends_with_1_whatever_is_broken(tmp_path: Path) -> None:
    world = citygen.generate(60, 16, 5)
    day, plan = tmp_path / "day.json", tmp_path / "plan.json"
    day.write_text(json.dumps(world))
    words = ["solve", str(day), "--iterations", "300", "--seed", "4", "--out", str(plan)]
    assert CliRunner().invoke(command, words).exit_code == 0
    whole = plan.read_text()
    assert CliRunner().invoke(command, ["check", str(day), str(plan)]).exit_code == 0
    carer, other = list(json.loads(whole)["routes"])[:2]
    tied = {link[end] for link in world["links"] for end in "ab"}
    where = next((k, i) for k, r in json.loads(whole)["routes"].items() for i, (v, _) in enumerate(r) if v in tied)

    def spoil(change: Callable[[dict[str, Any]], object]) -> str:
        tree = json.loads(whole)
        change(tree)
        return json.dumps(tree)

    spoilt = {
        "early": lambda tree: tree["routes"][carer][0].__setitem__(1, 0),
        "late": lambda tree: tree["routes"][carer][-1].__setitem__(1, 1439),
        "twice": lambda tree: tree["routes"][other].append(tree["routes"][carer][0]),
        "backwards": lambda tree: tree["routes"][carer].reverse(),
        "stranger": lambda tree: tree["routes"].__setitem__("nobody", [["V00000", 600]]),
        "unknown visit": lambda tree: tree["routes"][carer].append(["V99999", 600]),
        "no break": lambda tree: tree.__setitem__("breaks", {}),
        "half a pair": lambda tree: tree["routes"][where[0]].pop(where[1]),
    }
    for name, change in spoilt.items():
        plan.write_text(spoil(change))
        done = CliRunner().invoke(command, ["check", str(day), str(plan), "--json"])
        assert done.exit_code == 1, name
        assert json.loads(done.output)["violations"], name


def test_broken_file_is_one_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.txt"
    broken.write_text("nbNodes\nx\n")
    result = CliRunner().invoke(command, ["solve", str(broken), "--format", "mankowska"])
    assert result.exit_code == 2
    assert "broken.txt: 第 2 行，nbVehi：缺少这一项。 line 2, nbVehi: the keyword is missing" in result.output
    packed = tmp_path / "broken.gz"
    packed.write_bytes(b"\x1f\x8bnothing")
    assert CliRunner().invoke(command, ["solve", str(packed)]).exit_code == 2


def test_bench_prints_one_object(tmp_path: Path) -> None:
    best = tmp_path / "best.csv"
    best.write_text(
        "instance,objective,value,method,time,source\ndispatch/InstanzCPLEX_HCSRP_10_3,x,305.858,MNSA best,,\n"
    )
    result = CliRunner().invoke(
        commands["dispatch"], [str(DATA), "--best", str(best), "--cpu-seconds", "0.2", "--json"]
    )
    assert result.exit_code == 0, result.output
    answer = json.loads(result.output)
    assert set(answer) == {"mean_gap", "by_size", "instances"}
    row = answer["instances"][0]
    assert set(row) == {"instance", "seed", "value", "best_known", "gap", "cpu_s", "violations"}
    assert row["violations"] == 0
    assert row["gap"] < 0.02


def test_bench_over_a_folder_on_two_processes(tmp_path: Path) -> None:
    """One row a seed, in order; CPU seconds are the search's own; what cannot be planned is named, not fatal."""
    best = tmp_path / "best.csv"
    head = "instance,objective,value,method,time,source\n"
    names = {"C102": 827.3, "InstanzCPLEX_HCSRP_10_3": 305.858, "PR11A": 1.0}
    best.write_text(head + "".join(f"dispatch/{name},x,{value},best,,\n" for name, value in names.items()))
    folder = tmp_path / "dispatch"
    shutil.copytree(DATA, folder)
    broken = gzip.decompress((DATA / "PR11A.vrp.gz").read_bytes()).replace(b"MAX_DURATION", b"MAX_DISTANCE")
    (folder / "PR11A.vrp.gz").write_bytes(gzip.compress(broken))
    words = [str(folder), "--best", str(best), "--cpu-seconds", "0.3", "--seeds", "2", "--workers", "2"]
    result = CliRunner().invoke(commands["dispatch"], [*words, "--json"])
    assert result.exit_code == 0, result.output
    assert "PR11A.vrp.gz: line 8, VEHICLES_MAX_DISTANCE" in result.stderr
    answer = json.loads(result.stdout)
    assert [(row["instance"], row["seed"]) for row in answer["instances"]] == [
        ("dispatch/C102", 1),
        ("dispatch/C102", 2),
        ("dispatch/InstanzCPLEX_HCSRP_10_3", 1),
        ("dispatch/InstanzCPLEX_HCSRP_10_3", 2),
    ]
    assert all(0.2 < row["cpu_s"] < 2 and row["violations"] == 0 for row in answer["instances"])
    gaps = [row["gap"] for row in answer["instances"]]
    assert answer["mean_gap"] == sum(gaps) / 4
    assert CliRunner().invoke(commands["dispatch"], [*words, "--only", "PR"]).exit_code == 1


def test_bench_city_beside_a_peer() -> None:
    words = ["--visits", "60", "--caregivers", "16", "--seed", "5", "--cpu-seconds", "0.5", "--json"]
    alone = [sys.executable, "-m", "yijia.cli"]  # a process of its own, and compiled before: the memory is the engine's
    subprocess.run([*alone, "dispatch", "warm"], capture_output=True, check=True)
    result = subprocess.run(
        [*alone, "bench", "city", *words, "--peers", "vroom"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["violations"] == 0
    assert answer["broken_pairs"] == 0
    assert answer["peak_mb"]["main"] < 500
    peer = answer["peers"][0]
    assert peer["peer"] == "vroom"
    assert "pairs" in peer["not_given"]
    assert peer["score_of_kept_to_ours"] >= 1
    assert CliRunner().invoke(commands["city"], [*words, "--peers", "timefold"]).exit_code == 2


def test_bench_live_judges_what_it_proposes() -> None:
    words = [
        "--visits",
        "150",
        "--caregivers",
        "30",
        "--seed",
        "2",
        "--cpu-seconds",
        "0.5",
        "--emergencies",
        "30",
        "--json",
    ]
    result = CliRunner().invoke(commands["live"], words)
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["asked"] > 20
    assert answer["judged"] > 0
    assert answer["broken"] == 0
    assert answer["p99_cpu_ms"] > 0
