"""Part 5d: log p(w) of a document, topics summed and proportions integrated out."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_scalar, assert_close, assert_rejects, fresh_seeds, rng_of
from tests.properties.cmu10707_hw5.draw_discrete import states
from tests.properties.cmu10707_hw5.draw_lda import topics

W, ALPHA = np.array([0, 2, 0]), np.array([0.5, 1.5])
BETA = np.array([[0.5, 0.25, 0.25], [0.125, 0.5, 0.375]])


def test_worked_example(student, reference):
    """Three words of two topics come out right; a single word has the probability of its mean."""
    found, right = (who.doc_log_likelihood(W, ALPHA, BETA) for who in (student, reference))
    assert_close(found, right, what="log p(w)")
    mean = ALPHA @ BETA / 2
    assert_close(student.doc_log_likelihood(W[:1], ALPHA, BETA), math.log(mean[0]), what="log p(w) of one word")


@settings(max_examples=30)
@given(model=topics(), length=st.integers(0, 6), seed=fresh_seeds())
def test_evidence_matches_reference(student, reference, model, length, seed):
    """log p(w) agrees with the reference for documents of none to six words."""
    w = rng_of(seed).integers(0, model.beta.shape[1], length)
    found, right = (who.doc_log_likelihood(w, *model) for who in (student, reference))
    assert_close(found, right, what="log p(w)")


@settings(max_examples=6)
@given(model=topics(max_k=3, max_v=3), length=st.integers(1, 3))
def test_all_documents_have_mass_one(student, model, length):
    """The probabilities of all documents of one length sum to one."""
    documents = states([model.beta.shape[1]] * length)
    logs = [as_scalar(student.doc_log_likelihood(w, *model), "log p(w)") for w in documents]
    assert_close(math.fsum(map(math.exp, logs)), 1.0, what="the probability of all documents")


def test_rejects_bad_input(student):
    """Words, concentrations and topics that are none raise ValueError."""

    def refuse(because, w=W, alpha=ALPHA, beta=BETA):
        assert_rejects(student.doc_log_likelihood, w, alpha, beta, because=because)

    refuse("w has a word that is V", w=W + 1)
    refuse("w has a word that is -1", w=W - 1)
    refuse("alpha has an entry 0", alpha=ALPHA * np.array([1, 0]))
    refuse("alpha has an entry for a topic that is not there", alpha=np.ones(3))
    refuse("columns instead of rows of beta are distributions", beta=np.array([[0.75, 0.5, 0.25], [0.25, 0.5, 0.75]]))
    refuse("beta has a negative entry", beta=BETA + np.array([0.25, -0.5, 0.25]))
    refuse("beta has an entry NaN", beta=np.where(BETA == 0.5, np.nan, BETA))
    refuse("the rows of beta sum to 1 - 3e-8", beta=BETA - 1e-8)
    refuse("beta has three axes", w=W * 0, beta=BETA[:, None])
    refuse("alpha has two axes", alpha=ALPHA[:, None])
    refuse("w has two axes", w=W[None])
