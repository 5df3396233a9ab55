"""Pairs of texts that are no story: how likely does each pair share a proposition?

python examples/pairs.py
"""

from storydiff import match

PAIRS = [
    ("The lighthouse will close in May.", "In May the lighthouse shuts its doors for good."),
    ("The lighthouse will close in May.", "The keeper has lived on the island since 1998."),
]


def main() -> None:
    probabilities = match([a for a, _ in PAIRS], [b for _, b in PAIRS])
    for (a, b), p in zip(PAIRS, probabilities, strict=True):
        print(f"{p:.2f}  {a}  ~  {b}")


if __name__ == "__main__":
    main()
