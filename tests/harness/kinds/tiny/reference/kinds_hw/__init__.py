"""A homework of two problems, small enough to see through: the harness is tested on it."""
