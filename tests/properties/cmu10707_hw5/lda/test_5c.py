"""Part 5c: documents drawn from LDA: proportions theta, topics z and words w."""

import math

import numpy as np
from hypothesis import given, settings

from autograder.kit import (
    as_array,
    as_integers,
    as_tuple,
    assert_close,
    assert_distribution,
    assert_follows,
    assert_that,
    fresh_seeds,
    rng_of,
)
from autograder.kit.laws import beta_cdf
from autograder.kit.multinomial import assert_law
from tests.properties.cmu10707_hw5.draw_discrete import cells, states, tables
from tests.properties.cmu10707_hw5.draw_lda import Topics, concentrations, topics

DOCUMENTS, LENGTH = 20_000, 4
LIMIT = 7.5


@settings(max_examples=2)
@given(seed=fresh_seeds())
def test_proportions_follow_the_dirichlet(student, seed):
    """The proportions of 20000 documents have the Dirichlet's marginals, and so has the sum of two of them."""
    rng = rng_of(seed)
    model = Topics(concentrations(rng, 3, -0.7, 0.7), tables(rng, (3, 2), 1.0))
    theta, _, _ = sample(student, model, np.ones(DOCUMENTS, dtype=np.int64), seed)
    assert_distribution(theta, what="theta")
    total = float(model.alpha.sum())
    for k, a in enumerate(model.alpha.tolist()):
        assert_follows(theta[:, k], lambda x, a=a: beta_cdf(x, a, total - a), what=f"theta_{k}")
    pair = float(model.alpha[0] + model.alpha[2])
    assert_follows(theta[:, 0] + theta[:, 2], lambda x: beta_cdf(x, pair, total - pair), what="theta_0 + theta_2")


@settings(max_examples=2)
@given(model=topics(uneven=True), seed=fresh_seeds())
def test_words_follow_the_evidence(student, reference, model, seed):
    """The words of 20000 documents of four words come as often as their probabilities say."""
    _, _, w = sample(student, model, np.full(DOCUMENTS, LENGTH), seed)
    possible = states([2] * LENGTH)
    p = np.exp([reference.doc_log_likelihood(words, *model) for words in possible])
    assert_law(cells(w.reshape(DOCUMENTS, LENGTH), [2] * LENGTH), p, what="documents")


@settings(max_examples=2)
@given(model=topics(uneven=True), seed=fresh_seeds())
def test_topics_follow_the_proportions(student, model, seed):
    """Over all words, topics come as often as the proportions of their own documents say, and words as topics say."""
    lengths = np.arange(DOCUMENTS // 2) % 7 + 1
    theta, z, w = sample(student, model, lengths, seed)
    assert_that(bool(((z == 0) | (z == 1)).all() and ((w == 0) | (w == 1)).all()), "a topic or a word does not exist")
    p = np.repeat(theta[:, 0], lengths)
    near(z == 0, p, "the topics that documents' proportions call for")
    near(z == 0, p, "the topics that each document's own proportions call for", weights=p - 0.5)
    near(w == 0, model.beta[z, 0], "the words that topics call for")
    near((w == 0) & (z == 0), p * model.beta[0, 0], "the pairs of topic and word")


@settings(max_examples=2)
@given(model=topics(), seed=fresh_seeds())
def test_the_generator_decides(student, model, seed):
    """The same state of the generator gives the same documents, another state other ones."""
    lengths = np.array([3, 0, 5, 1])
    first, again, other = (np.concatenate([x.ravel() for x in sample(student, model, lengths, s)]) for s in trio(seed))
    assert_close(again, first, what="the documents of the same seed")
    if len(model.alpha) > 1:
        assert_that(bool((first != other).any()), "two seeds give the same documents")


def test_worked_example(student):
    """Documents have the lengths asked for, none among them, and topics of one word each show in the words."""
    model = Topics(np.array([1.0, 2.0, 0.5]), np.eye(3))
    theta, z, w = sample(student, model, np.array([4, 0, 200]), 5)
    assert_distribution(theta, what="theta")
    assert_close(w, z, what="the words")


def trio(seed):
    """A seed twice, and another one."""
    return seed, seed, seed ^ 1


def near(happened, p, what, weights=1.0):
    """The number of events, each counted with a weight of at most 1, is within 7.5 standard deviations of its mean.

    By Bernstein's inequality a right sampler is rejected with the probability that is told.
    """
    deviation = float(np.sqrt((weights**2 * p * (1 - p)).sum()))
    off = abs(float((weights * (happened - p)).sum())) / deviation
    chance = 2 * math.exp(-(LIMIT**2) / (2 * (1 + LIMIT / (3 * deviation))))
    reason = f"too many or too few of {what}"
    assert_that(off <= LIMIT, reason, got=f"{off:.3g} standard deviations", ratio=off / LIMIT, chance=chance)


def sample(student, model, lengths, seed):
    """theta (D, K), and topics and words of all documents one after the other."""
    theta, of_z, z, of_w, w = as_tuple(student.sample(*model, lengths, seed), 5, "the result")
    for found, what in ((of_z, "z"), (of_w, "w")):
        found = as_integers(found, (len(lengths),), f"the lengths in {what}")
        assert_that(bool((found == lengths).all()), f"a document of {what} has another length than asked for")
    total = int(np.sum(lengths))
    theta = as_array(theta, (len(lengths), len(model.alpha)), "theta")
    return theta, as_integers(z, (total,), "z"), as_integers(w, (total,), "w")
