"""The statistical properties: how seldom they refuse a right program, and that each wrong sampler falls 20 times of 20.

Wrong samplers are those of the corpus that the catalogue lists. Everything runs in this process: the code is our own.
"""

import inspect
import zlib
from functools import cache
from pathlib import Path

import pytest

from autograder.audit.corpus import read_corpus
from autograder.audit.sample import Code
from autograder.engine.bank import read_bank
from autograder.engine.properties import load_properties
from autograder.engine.reference import live_reference
from autograder.engine.student import replayed, student_of
from autograder.errors import CheckFailed
from autograder.kit.margin import listening
from autograder.manifest import find_homework
from autograder.wire import pack, unpack

HOMEWORK = find_homework(Path(__file__).parents[3], "cse599i-hw1")
PROPERTIES = {f"{p.part.id}.{p.name}": p for p in load_properties(HOMEWORK, ("1", "2", "6", "7a", "8a"))}
SEEDS = range(1000, 1020)
DROPOUT = "8a.dropout_is_where_it_belongs"

# how probable it is at most that one grading takes points for these from a right program, and all of it together
BOUNDS = {
    "1.draws_follow_the_law": 4.1e-10,
    "2.draws_follow_the_weights": 3.1e-10,
    "6.mean_is_constant": 1.4e-10,
    "6.sample_mean_stays_away": 6.1e-9,
    "7a.means_are_right": 2.6e-10,
    "7a.spread_is_right": 2.5e-9,
    "7a.coordinates_are_uncorrelated": 1.9e-10,
    "7a.noise_is_gaussian": 2.1e-10,
    DROPOUT: 2.5e-9,
}
TOGETHER = 2e-8

FALLS_TO = {
    "mutant_1_sample_variance": "1.draws_follow_the_law",
    "mutant_1_own_generator": "1.draws_follow_the_law",
    "mutant_2_sign": "2.draws_follow_the_weights",
    "mutant_2_single_log": "2.draws_follow_the_weights",
    "mutant_2_gaussian_noise": "2.draws_follow_the_weights",
    "mutant_2_temperature": "2.draws_follow_the_weights",
    "mutant_2_softmax_mean": "2.draws_follow_the_weights",
    "mutant_2_shared_noise": "2.draws_follow_the_weights",
    "mutant_2_possible_zero": "2.draws_follow_the_weights",
    "mutant_6_independent": "6.sample_mean_stays_away",
    "mutant_6_autoregression": "6.sample_mean_stays_away",
    "mutant_6_slow_noise": "6.sample_mean_stays_away",
    "mutant_6_trend": "6.mean_is_constant",
    "mutant_6_wrong_mean": "6.mean_is_constant",
    "mutant_6_wrong_variance": "6.declared_variance_is_right",
    "mutant_6_half_variance": "6.declared_variance_is_right",
    "mutant_6_infinite": "6.declared_variance_is_right",
    "mutant_7a_random_labels": "7a.every_component_has_its_share",
    "mutant_7a_thousand": "7a.every_component_has_its_share",
    "mutant_7a_own_seed": "7a.every_component_has_its_share",
    "mutant_7a_swapped": "7a.means_are_right",
    "mutant_7a_covariance_two": "7a.spread_is_right",
    "mutant_7a_correlated": "7a.coordinates_are_uncorrelated",
    "mutant_7a_uniform": "7a.noise_is_gaussian",
    "mutant_8a_no_dropout": DROPOUT,
    "mutant_8a_dropout_on_values": DROPOUT,
    "mutant_8a_dropout_on_scores": DROPOUT,
    "mutant_8a_dropout_after_norm": DROPOUT,
}


@cache
def corpus():
    """The entries of the corpus by name."""
    return read_corpus(HOMEWORK)


def student(name, folder, case):
    """The functions of an entry of the corpus, answering as through the wall; `case` seeds its global generators."""
    entry = corpus()[name]
    problem = HOMEWORK.problems[entry.problem]
    path = folder / f"{name}.py"
    path.write_bytes(entry.files[problem.file])
    code = Code(path, HOMEWORK.reference / problem.adapter)

    def call(function, args, kwargs):
        return unpack(pack(code.call(function, args, kwargs, seed=zlib.crc32(case.encode()))))

    return student_of(problem.functions, call)


def rejected(prop, value, seed):
    """Whether the property refuses this student on the case that the seed stands for."""
    drawn = {"student": value, "reference": live_reference(HOMEWORK, HOMEWORK.problems[prop.problem])}
    drawn |= {"seed": seed, "k": (4, 12)[seed % 2], "n_per": 10 + seed % 40}
    asked = inspect.signature(prop.inner).parameters
    try:
        prop.inner(**{name: drawn[name] for name in asked})
    except CheckFailed:
        return True
    return False


@pytest.mark.parametrize("name", FALLS_TO)
def test_a_wrong_sampler_is_rejected_20_times_of_20(name, tmp_path):
    """Whatever the seed, the property that is meant for a wrong sampler refuses it."""
    wrong = student(name, tmp_path, name)

    assert [seed for seed in SEEDS if not rejected(PROPERTIES[FALLS_TO[name]], wrong, seed)] == []


@pytest.mark.parametrize("name", BOUNDS)
def test_a_bound_on_false_rejections_holds(name, tmp_path):
    """The bounds that a property's comparisons state, over all of its hidden cases, sum up to the one stated here."""
    prop = PROPERTIES[name]
    bank = read_bank(HOMEWORK.reference / "hidden.bank")
    live = live_reference(HOMEWORK, HOMEWORK.problems[prop.problem])
    value = student(f"right_{prop.problem}_base", tmp_path, name)
    heard = []
    for case in bank.cases(prop):
        answers = replayed(bank.functions.get(prop.problem, []), case.answers, lambda: live)
        given = {"student": value, "reference": answers}
        with listening(heard.append):
            prop.inner(**{fixture: given[fixture] for fixture in prop.fixtures}, **case.arguments)

    chances = [margin.chance for margin in heard if margin.chance]
    assert chances
    assert sum(chances) <= BOUNDS[name] < 1.5 * sum(chances)


def test_all_bounds_together():
    """A right program loses points by chance in fewer than one of fifty million gradings."""
    assert sum(BOUNDS.values()) <= TOGETHER
