"""The grader is graded: mutants, right variants, repeated runs; imports the engine, and nothing imports it but commands."""
