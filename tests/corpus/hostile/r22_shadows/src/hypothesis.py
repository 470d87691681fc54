# Row 22: takes the place of the library hypothesis, for whoever imports it from here.
raise SystemExit("SHADOWED by a submission's hypothesis.py")
