"""The points that the script reads; the same each time."""


def files() -> dict:
    """points.csv: 7 points near (0, 0), then 5 near (4, 4), the first of both on top."""
    near = [(0.1 * i, -0.05 * i * i) for i in range(7)]
    far = [(4 + 0.1 * i, 4 - 0.03 * i) for i in range(5)]
    points = [near[0], far[0], *near[1:], *far[1:]]
    return {"src/points.csv": "x_1,x_2\n" + "".join(f"{a:.17g},{b:.17g}\n" for a, b in points)}
