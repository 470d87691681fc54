# Row 31: returns a list that contains itself, and one 200 000 levels deep.
def mean(x):
    value = []
    value.append(value)
    return value


def standardize(x):
    value = []
    for _ in range(200_000):
        value = [value]
    return value
