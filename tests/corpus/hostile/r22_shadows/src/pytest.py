# Row 22: takes the place of the library pytest, for whoever imports it from here.
raise SystemExit("SHADOWED by a submission's pytest.py")
