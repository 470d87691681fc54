"""What is measured of each tool: its scores, one submission from cold, many submissions, what attacks leave behind."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from bench.measure import Spent, medians
from bench.peers.checkout import submission
from bench.peers.running import Command, Lost, Tool, many, once, patiently

__all__ = ["KINDS", "MUST_LOSE", "Way", "agreement", "cold", "disagreeing", "left_after", "throughput"]

MUST_LOSE = {  # what a submission of each kind in handed_in/ loses
    "right": frozenset[str](),
    "wrong": frozenset(
        [
            "e_step_survives_far_points",
            "log_likelihood_survives_far_points",
            "kl_matches_reference",
            "kl_of_narrow_posteriors",
            "bound_matches_reference",
        ]
    ),
}
KINDS = tuple(MUST_LOSE)
IMPORTS = "imports only"
ATTACKS = {
    "os._exit": "\n\ndef e_step(x, weights, means, covs):\n    import os\n\n    os._exit(0)\n",
    "endless loop": "\n\ndef e_step(x, weights, means, covs):\n    while True:\n        pass\n",
}


class Way(NamedTuple):
    """A tool and how many submissions it gets in a round."""

    tool: Tool
    submissions: int


def agreement(tools: Sequence[Tool], home: Path) -> dict[str, dict[str, Lost]]:
    """Tool -> kind of submission -> the checks that it lost. It is the run before the first that is timed, too."""
    found: dict[str, dict[str, Lost]] = {}
    for tool in tools:
        found[tool.name] = {}
        for kind in KINDS:
            tool.hand_in(kind, submission(kind, 0))
            once(tool.alone(kind), home)
            found[tool.name][kind] = tool.lost_alone(kind)
    return found


def disagreeing(
    found: Mapping[str, Mapping[str, Lost]], own: str, wanted: Mapping[str, frozenset[str]]
) -> dict[str, str]:
    """Tool -> what is wrong with its scores; `wanted` are the checks that each kind must lose. `own` comes first."""
    troubles = {}
    for name in sorted(found, key=lambda name: name != own):
        for kind, checks in wanted.items():
            lost = found[name][kind]
            if lost is None:
                troubles[name] = f"no results for the {kind} submission"
            elif lost != checks:
                troubles[name] = f"the {kind} submission lost {', '.join(sorted(lost)) or 'nothing'}"
    return troubles


def cold(tools: Sequence[Tool], imports: Command, rounds: int, home: Path) -> dict[str, Spent]:
    """Medians of one right submission by each tool's command, and of the imports of numpy and torch; taking turns."""
    taken: dict[str, list[Spent]] = {IMPORTS: [], **{tool.name: [] for tool in tools}}
    for _ in range(rounds):
        taken[IMPORTS].append(once(imports, home))
        for tool in tools:
            taken[tool.name].append(once(tool.alone("right"), home))
    return medians(taken)


def throughput(
    ways: Sequence[Way], rounds: int, home: Path, say: Callable[[str], None]
) -> dict[tuple[str, int], Spent]:
    """Medians for so many submissions, right and wrong by turns, two at a time, the ways taking turns.

    Raises SystemExit where one of them did not lose what its kind must.
    """
    taken: dict[tuple[str, int], list[Spent]] = {(way.tool.name, way.submissions): [] for way in ways}
    for _ in range(rounds):
        for tool, count in ways:
            kinds = {f"s{number:04}": KINDS[number % 2] for number in range(count)}
            for number, (student, kind) in enumerate(kinds.items(), 1):
                tool.hand_in(student, submission(kind, number))
            spent = many(tool.all_of(list(kinds)), home)
            taken[tool.name, count].append(spent)
            say(f"{tool.name}: {count} submissions in {spent.wall_s:.1f} s")
            _require_right(tool, kinds)
    return {key: medians({"": spent})[""] for key, spent in taken.items()}


def _require_right(tool: Tool, kinds: Mapping[str, str]) -> None:
    found = tool.lost(list(kinds))
    amiss = {f"{kind}: {found[student]}" for student, kind in kinds.items() if found[student] != MUST_LOSE[kind]}
    if amiss:
        raise SystemExit(f"{tool.name} did not grade every submission as it must: {'; '.join(sorted(amiss))}")


def left_after(tools: Sequence[Tool], patience_s: float, home: Path) -> dict[str, dict[str, str]]:
    """Tool -> attack -> "results" or "none": what is left after it, or when patience ends. The tools work at once."""

    def tried(tool: Tool) -> dict[str, str]:
        found = {}
        for number, (attack, code) in enumerate(ATTACKS.items(), 1):
            files = submission("right", 9000 + number)
            tool.hand_in(f"x{number}", {**files, "mixture.py": files["mixture.py"] + code})
            ended = patiently(tool.alone(f"x{number}"), home, patience_s)
            found[attack] = "results" if ended and tool.lost_alone(f"x{number}") is not None else "none"
        return found

    with ThreadPoolExecutor(len(tools)) as pool:
        return dict(zip([tool.name for tool in tools], pool.map(tried, tools), strict=True))
