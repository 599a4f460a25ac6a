"""A LaTeX document as PDF, by the TeX engine that is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from symbolic.errors import ConfigError

#: Engines in the order in which they are tried, with their arguments.
ENGINES: dict[str, tuple[str, ...]] = {
    "latexmk": ("-pdf", "-interaction=nonstopmode", "-halt-on-error"),
    "pdflatex": ("-interaction=nonstopmode", "-halt-on-error"),
    "lualatex": ("-interaction=nonstopmode", "-halt-on-error"),
    "tectonic": (),
}
_SECONDS = 120
#: The time that TeX writes into a PDF, so that the same document gives the same bytes.
_SAME_TIME = {"SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1"}


def engine() -> str | None:
    """Return the first engine that is installed."""
    return next((name for name in ENGINES if shutil.which(name)), None)


def render(tex: str) -> bytes:
    """Return the PDF of a document; ConfigError where no engine is there, or it fails."""
    name = engine()
    if name is None:
        raise ConfigError(
            "no TeX engine is installed; install latexmk, pdflatex, lualatex or tectonic (on"
            " Debian: apt install texlive-latex-base), or take --format html"
        )
    with tempfile.TemporaryDirectory() as directory:
        source = Path(directory) / "page.tex"
        source.write_text(tex, encoding="utf-8")
        command = [name, *ENGINES[name], source.name]
        try:
            run = subprocess.run(
                command,
                cwd=directory,
                env={**os.environ, **_SAME_TIME},
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ConfigError(f"{name} did not finish: {error}") from None
        result = source.with_suffix(".pdf")
        if run.returncode or not result.is_file():
            raise ConfigError(f"{name} failed: {_reason(run.stdout)}")
        return result.read_bytes()


def _reason(output: bytes) -> str:
    lines = output.decode("utf-8", errors="replace").splitlines()
    return next((line for line in lines if line.startswith("!")), "see its log")
