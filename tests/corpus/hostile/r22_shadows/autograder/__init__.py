# Row 22: takes the place of the library autograder, for whoever imports it from here.
raise SystemExit("SHADOWED by a submission's autograder.py")
