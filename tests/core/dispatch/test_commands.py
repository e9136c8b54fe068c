"""The command line: solve, check, bench; exit codes and the shape of JSON."""

import json
from pathlib import Path

from click.testing import CliRunner

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


def test_broken_file_is_one_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.txt"
    broken.write_text("nbNodes\nx\n")
    result = CliRunner().invoke(command, ["solve", str(broken), "--format", "mankowska"])
    assert result.exit_code == 2
    assert "broken.txt: line" in result.output
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
    assert {"instance", "seed", "value", "best_known", "gap", "cpu_s", "violations"} <= set(row)
    assert row["violations"] == 0
    assert row["gap"] < 0.02
