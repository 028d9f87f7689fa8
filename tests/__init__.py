"""The tests.

Where the environment switches bytecode off, every worker and every process that a test starts would compile the package
anew, which takes longer than most tests: so it is switched on here, before anything of the package is imported.
"""

import os
import sys

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
