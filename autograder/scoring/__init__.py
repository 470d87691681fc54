"""From verdicts to points to results; pure values and functions."""
