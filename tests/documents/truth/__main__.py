"""Write the verdicts on all derivations: python -m tests.documents.truth."""

import sys
from pathlib import Path


def main() -> None:
    """Compute the verdicts, and write each file."""
    # The test run has this directory on its path; a run of this module alone has not.
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from documents.truth.written import MODULES, as_text, file_of

    for name in MODULES:
        file_of(name).write_text(as_text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
