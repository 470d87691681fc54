"""The grader is graded: mutants, right variants, repeated runs; only commands import it."""
