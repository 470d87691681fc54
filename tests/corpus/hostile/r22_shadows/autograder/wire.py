# Row 22: takes the place of the library autograder.wire, for whoever imports it from here.
raise SystemExit("SHADOWED by a submission's autograder.wire.py")
