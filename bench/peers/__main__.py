"""gradelbo beside other autograders on one small homework, in one run: tables, and JSON, Markdown and a plot.

usage: python -m bench.peers [--submissions N] [--class N] [--rounds N] [--patience S] [--out FOLDER]
       python -m bench.peers --table build/bench/peers.json

Every tool gets the same submissions, cases and right values, in the style of its documentation, and all take turns.
Fails when a tool gives other scores than the rest. `--table` prints what an earlier run found.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from autograder.cli import ROOT
from bench.measure import Spent
from bench.peers.checkout import all_cases, checkout, export
from bench.peers.environments import PEERS, environment, version_of
from bench.peers.measuring import MUST_LOSE, Way, agreement, cold, disagreeing, left_after, throughput
from bench.peers.notebook_tools import Nbgrader, OtterGrader
from bench.peers.own_tool import Gradelbo
from bench.peers.plain_tools import GradescopeUtils, PytestGradescope
from bench.peers.running import Command, Tool
from bench.peers.table import Figures, Report, draw, keep, markdown, read, text

ENVIRONMENTS = ROOT / "build" / "peers-env"


def laid_out(place: Path) -> tuple[Gradelbo, list[Tool]]:
    """Our own and all tools, it first, each with the homework below `place`."""
    python = {peer: environment(peer, ENVIRONMENTS) for peer in PEERS}
    homework = checkout(place / "checkout")
    cases = all_cases(homework)
    data = export(cases, place)
    functions = {check: found[0].function for check, found in cases.items()}
    print(f"{len(cases)} checks, {sum(map(len, cases.values()))} calls")
    own = Gradelbo(homework.root, place)
    peers: list[Tool] = [
        GradescopeUtils(python["gradescope-utils"], place, data),
        PytestGradescope(python["pytest-gradescope"], place, data),
        Nbgrader(python["nbgrader"], place, functions, data),
        OtterGrader(python["otter-grader"], place, data),
    ]
    return own, [own, *peers]


def measured(options: argparse.Namespace, place: Path) -> Report:
    """One run; `place` is an empty folder."""
    load = os.getloadavg()[0]
    own, tools = laid_out(place)
    found = agreement(tools, place)
    if (level := own.level()) != "strict":
        raise SystemExit(
            f"gradelbo shuts submissions in at level {level} here: that is no fair run; see gradelbo doctor"
        )
    troubles = disagreeing(found, own.name, MUST_LOSE)
    for tool, trouble in troubles.items():
        print(f"{tool}: {trouble}")
    print(f"{len(tools) - len(troubles)} of {len(tools)} tools agree; load {os.getloadavg()[0]:.1f}", flush=True)
    imports = Command((sys.executable, "-c", "import numpy, torch"), place)
    alone = cold(tools, imports, options.rounds, place)
    ways = [*(Way(tool, options.submissions) for tool in tools), Way(own, options.many)]
    spent = throughput(ways, options.rounds, place, lambda said: print(said, flush=True))
    left = left_after(tools, options.patience, place) if options.patience else {}
    figures = [
        _figures(tool, alone[tool.name], spent[tool.name, options.submissions], options.submissions, left, troubles)
        for tool in tools
    ]
    return Report(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        load=max(load, os.getloadavg()[0]),
        rounds=options.rounds,
        submissions=options.submissions,
        many_count=options.many,
        imports_s=alone["imports only"].wall_s,
        imports_cpu_s=alone["imports only"].cpu_s,
        many=_figures(own, alone[own.name], spent[own.name, options.many], options.many, left, troubles),
        tools=figures,
        numerics=f"NumPy {version_of('numpy')}, torch {version_of('torch')}, Python {sys.version.split()[0]}",
    )


def _figures(
    tool: Tool,
    alone: Spent,
    spent: Spent,
    count: int,
    left: Mapping[str, Mapping[str, str]],
    troubles: Mapping[str, str],
) -> Figures:
    after = left.get(tool.name, {})
    return Figures(
        tool.name,
        tool.version,
        alone.wall_s,
        alone.cpu_s,
        60 * count / spent.wall_s,
        spent.cpu_s / count,
        after.get("os._exit", "not tried"),
        after.get("endless loop", "not tried"),
        troubles.get(tool.name, ""),
    )


def main() -> None:
    """The command: status 1 when a tool's scores are not those of the rest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=20, help="of each tool and round, two at a time")
    parser.add_argument("--class", dest="many", type=int, default=200, help="that gradelbo regrades besides")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--patience", type=float, default=400, help="seconds for each attack; 0 leaves attacks out")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--table", type=Path, help="print the tables of this JSON and measure nothing")
    options = parser.parse_args()
    if options.table:
        report = read(options.table)
        print(f"{text(report)}\n\n{markdown(report)}")
        return
    with tempfile.TemporaryDirectory(prefix="peers-") as name:
        report = measured(options, Path(name))
    keep(report, options.out / "peers.json")
    (options.out / "peers.md").write_text(markdown(report) + "\n", encoding="utf-8")
    draw(report, options.out / "peers.png")
    print(
        f"\n{text(report)}\n\n{markdown(report)}\n\nload {report.load:.1f}; peers.json, .md and .png in {options.out}"
    )
    if wrong := [each.tool for each in report.tools if each.trouble]:
        raise SystemExit(f"scores differ: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
