# Row 22: takes the place of the library msgspec, for whoever imports it from here.
raise SystemExit("SHADOWED by a submission's msgspec.py")
