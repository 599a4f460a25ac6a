"""The bar of ``gradproof check`` and ``gradproof verify``: on a terminal alone, on stderr alone."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import nullcontext, redirect_stderr
from pathlib import Path

import pytest

from checks import cli, parallel
from checks.pipeline import verify

NOTES = r"""All quantities are scalars.

$$s_t = \tanh(w s_{t-1}), \quad L = s_T$$

$$\frac{\partial L}{\partial s_T} = 1 \tag{1}$$ $$L = s_T \tag{2}$$ $$2 L = s_T + s_T \tag{3}$$
"""


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return what stands for a terminal at stderr."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    return Terminal()


@pytest.fixture
def notes(tmp_path: Path) -> str:
    file = tmp_path / "notes.md"
    file.write_text(NOTES)
    return str(file)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a second pass between two looks at the clock, so that every change is drawn."""

    def seconds() -> Iterator[float]:
        now = 0.0
        while True:
            now += 1.0
            yield now

    ticks = seconds()
    monkeypatch.setattr(cli, "monotonic", lambda: next(ticks))


def run(*arguments: str, stderr: Terminal | None = None) -> int:
    shown_at = redirect_stderr(stderr) if stderr is not None else nullcontext()
    with shown_at, pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.mark.usefixtures("clock")
def test_verify_shows_a_bar_on_a_terminal(
    stderr: Terminal, notes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verify", notes, "--format", "json", "--jobs", "1", stderr=stderr) == 0
    shown = stderr.getvalue()
    assert "checking" in shown
    assert "━" in shown
    total = len(verify(notes).records)
    places = [shown.index(f"{done}/{total}") for done in range(1, total + 1)]
    assert places == sorted(places)
    # It is wiped away at the end, and the report has nothing of it.
    assert shown.endswith("\x1b[2K")
    assert json.loads(capsys.readouterr().out)["summary"]["holds"] == 3


@pytest.mark.usefixtures("clock")
def test_each_document_has_a_bar_from_its_beginning(stderr: Terminal, notes: str) -> None:
    assert run("verify", notes, notes, "--jobs", "1", stderr=stderr) == 0
    shown, total = stderr.getvalue(), len(verify(notes).records)
    full = shown.index(f"{total}/{total}")
    assert shown.index(f"1/{total}", full) > full


def test_the_bar_is_drawn_ten_times_a_second_at_most(
    stderr: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "monotonic", lambda: 7.0)
    with redirect_stderr(stderr), cli._bar(has_thread=False) as change:
        for done in range(1000):
            change(completed=done, total=1000)
    assert 1 <= stderr.getvalue().count("checking") <= 4


def test_the_bar_of_verify_leaves_the_work_to_several_processes(
    stderr: Terminal, notes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []
    monkeypatch.setattr(parallel, "_pool", lambda jobs: threads.append(jobs) or Stand())
    # The tests themselves may be run by a process with threads of its own.
    others = threading.active_count() - 1
    monkeypatch.setattr(threading, "active_count", lambda: len(threading.enumerate()) - others)
    assert run("verify", notes, "--jobs", "2", stderr=stderr) == 0
    assert threads == [2]
    assert "checking" in stderr.getvalue()


class Stand:
    """Stands for a pool of processes, of which this one is the first."""

    def __enter__(self) -> Stand:
        parallel._join()
        return self

    def __exit__(self, *error: object) -> None:
        return None

    imap_unordered = staticmethod(map)


def test_an_error_takes_the_bar_away(stderr: Terminal, notes: str) -> None:
    assert run("verify", notes, "--only", "9", stderr=stderr) == 2
    shown = stderr.getvalue()
    assert "gradproof: " in shown
    assert shown.index("\x1b[2K") < shown.index("gradproof: ")


def test_verify_shows_no_bar_in_a_pipe(notes: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify", notes, "--jobs", "1") == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "\x1b" not in captured.out


def test_check_has_the_same_bar(stderr: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ("--cases", "3", "--max-tau", "2", "--max-dim", "2", "--jobs", "1")
    assert run("check", "rnn-by-hand/a-worked", *sizes, stderr=stderr) == 0
    assert "checking" in stderr.getvalue()
    assert "checking" not in capsys.readouterr().out


def test_progress_is_told_in_order() -> None:
    told: list[tuple[int, int]] = []
    found = verify("notes.md", text=NOTES, progress=lambda done, total: told.append((done, total)))
    total = len(found.records)
    assert told == [(done, total) for done in range(1, total + 1)]
