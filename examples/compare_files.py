"""Compare the files of a folder, and ask what one outlet added and left out.

python examples/compare_files.py [FOLDER] [OUTLET]
"""

import sys
from pathlib import Path

from storydiff import compare, read_reports

HERE = Path(__file__).parent


def main(folder: str = str(HERE / "harbour-fire"), outlet: str = "Coast Radio") -> None:
    comparison = compare(read_reports(folder))
    print(f"{outlet} alone tells:")
    for row in comparison.added_by(outlet):
        for name in row.statements:
            print(f"  {comparison.statement(name).text}")
    print(f"told by at least two others, not found in {outlet}:")
    for missing in comparison.left_out_by(outlet, support=2):
        first = comparison.row(missing.row).statements[0]
        near = missing.nearest
        print(f"  {comparison.statement(first).text}")
        if near:
            print(f"    nearest (p {near.score:.2f}): {comparison.statement(near.statement).text}")


if __name__ == "__main__":
    main(*sys.argv[1:])
