# Row 22: takes the place of the library click, for whoever imports it from here.
raise SystemExit("SHADOWED by a submission's click.py")
