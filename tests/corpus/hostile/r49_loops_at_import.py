# Row 49: computes for ever at import.
while True:
    pass
