# Row 22: takes the place of the library numpy, for whoever imports it from here.
raise SystemExit("SHADOWED by a submission's numpy.py")
