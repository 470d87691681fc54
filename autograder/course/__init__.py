"""Many submissions: exports read, graded into a ledger, compared, and reported; staff only."""
