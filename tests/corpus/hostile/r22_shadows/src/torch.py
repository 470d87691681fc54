# Row 22: takes the place of the library torch, for whoever imports it from here.
raise SystemExit("SHADOWED by a submission's torch.py")
