"""Makes the modules of the D-TA in Python importable: what both programs need stands there once."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "python-dta"))
