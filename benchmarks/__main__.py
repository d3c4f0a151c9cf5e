"""Print every table of benchmarks in Markdown."""

import sys

from benchmarks import coverage

for line in coverage.table():
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
