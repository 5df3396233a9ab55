"""``python -m storydiff`` is the command line."""

import sys

from storydiff.cli import main

if __name__ == "__main__":
    sys.exit(main())
