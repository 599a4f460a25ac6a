"""The command line: the only place that prints, reads options and exits."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from checks import latex_command
from symbolic.errors import ConfigError, GradproofError
from symbolic.source import caret

if TYPE_CHECKING:
    from checks.records import Verification
    from checks.suite import Report, Task
    from symbolic.source import Span

#: A line that is shown whole has at most so many characters.
LONG = 200


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="gradproof")
def main() -> None:
    """Proof-read gradient derivations of recurrent networks."""
    # What a command makes lives about as long as the command: looking for garbage is in vain.
    gc.set_threshold(100_000, 50, 50)


@main.command()
@click.argument("wanted", metavar="[MODEL|FORM]...", nargs=-1)
@click.option("--cases", default=24, show_default=True, help="Random instances of each model.")
@click.option("--seed", default=0, show_default=True, help="Every draw follows from it.")
@click.option("--max-tau", default=8, show_default=True, help="Longest sequence.")
@click.option("--max-dim", default=6, show_default=True, help="Largest size of a dimension.")
@click.option("--jobs", type=int, default=None, help="Processes.  [default: the cores]")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text"
)
@click.option("--printed-only", is_flag=True, help="Formulas as printed, without ours.")
@click.option("--errata", is_flag=True, help="What the documents have wrong, with corrections.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write a JUnit file as well.")
@click.option("--list", "list_", is_flag=True, help="List models and forms, check nothing.")
@click.option("--model-file", type=click.Path(path_type=Path), help="Check a model of your own.")
def check(
    wanted: tuple[str, ...],
    cases: int,
    seed: int,
    max_tau: int,
    max_dim: int,
    jobs: int | None,
    format_: str,
    printed_only: bool,
    errata: bool,
    junit: Path | None,
    list_: bool,
    model_file: Path | None,
) -> None:
    """Compare the BPTT formulas of the literature with the differentiated unrolled network.

    Names are models, documents or forms, as --list prints them; none means all. Exit status:
    0 every form behaves as expected, 1 some form does not, 2 wrong use.
    """
    with _usable():
        from checks import suite
        from checks.cases import Limits
        from symbolic.model_parser import read_model_file

        limits = Limits(cases, max_tau, max_dim)
        jobs = _jobs(jobs)
        model = read_model_file(model_file) if model_file else None
        work = suite.tasks(wanted, model, printed_only=printed_only or errata)
        if list_:
            _list(work)
            return
        with _bar(sum(len(task.forms) for task in work), has_thread=True) as change:
            advance = partial(_advance, change)
            report = suite.run(work, limits, seed, jobs=jobs, progress=advance)
        if junit is not None:
            from checks.report import suite_junit

            write_whole(junit, suite_junit.render(report))
    _print_report(report, format_, errata=errata)
    sys.exit(0 if report.is_as_expected else 1)


def write_whole(file: Path, content: str | bytes) -> None:
    """Write a file all at once, so that an error leaves what was there; raises ConfigError."""
    part = Path(f"{file}.part")
    try:
        part.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise ConfigError(f"cannot write {file}: {error.strerror}") from None


def _deliver(request: latex_command.Request) -> None:
    with _usable():
        page = request.page()
        if request.output is not None:
            write_whole(request.output, page)
    if request.output is None:
        click.echo(page, nl=False)


main.add_command(latex_command.command(_deliver))


@main.command("verify")
@click.argument("files", metavar="FILE...", nargs=-1)
@click.option("--bundled", multiple=True, help="A derivation that comes with gradproof.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text"
)
@click.option("--seed", default=0, show_default=True, help="Every draw follows from it.")
@click.option(
    "--only", multiple=True, metavar="ID", help="Judge this alone: 63, its part 63/2, #4."
)
@click.option("--model", metavar="NAME", help="The network, where the text has gradients alone.")
@click.option("--model-file", type=click.Path(path_type=Path), help="A network of your own.")
@click.option(
    "--directives",
    type=click.Path(path_type=Path),
    help="What the text leaves out, a line each: shape, assume, per-step, ignore, scope, model.",
)
@click.option("--fail-on", type=click.Choice(["undecided"]), help="Exit with 1 for these too.")
@click.option("--jobs", type=int, default=None, help="Processes.  [default: the cores]")
@click.option("--timeout", default=20.0, show_default=True, help="Seconds for each claim.")
def verify_command(
    files: tuple[str, ...],
    bundled: tuple[str, ...],
    format_: str,
    seed: int,
    only: tuple[str, ...],
    model: str | None,
    model_file: Path | None,
    directives: Path | None,
    fail_on: str | None,
    jobs: int | None,
    timeout: float,
) -> None:
    """Read derivations and judge each equation of theirs.

    FILE is Markdown, plain text, LaTeX or a notebook; - is standard input. Exit status: 0 no
    erratum, 1 some equation fails, 2 wrong use, or claims of which none could be decided.
    """
    with _usable():
        from checks import derivations
        from checks.documents.directives import read_directives
        from checks.library import model_of
        from checks.pipeline import verify

        if not files and not bundled:
            raise ConfigError("no file is given; expected FILE, - or --bundled NAME")
        if model is not None and model_file is not None:
            raise ConfigError("--model and --model-file are both given; expected one of them")
        if not timeout > 0:
            raise ConfigError(f"--timeout is {timeout:g}; expected more than 0 seconds")
        judge = partial(
            verify,
            seed=seed,
            only=only,
            model=model_of(model_file or model),
            directives=read_directives(directives) if directives is not None else (),
            jobs=_jobs(jobs),
            timeout=timeout,
        )
        with _bar(has_thread=False) as change:
            judge = partial(judge, progress=partial(_set, change))
            found = [judge(file) for file in files]
            found += [judge(f"{name}.md", text=derivations.text(name)) for name in bundled]
    _print_verifications(found, format_)
    sys.exit(_status(found, fail_on))


def _print_verifications(found: list[Verification], format_: str) -> None:
    from checks.report import verify_json, verify_markdown, verify_terminal

    if format_ == "json":
        click.echo(verify_json.render(found), nl=False)
        return
    if format_ == "markdown":
        click.echo("\n".join(map(verify_markdown.render, found)), nl=False)
        return
    is_terminal = sys.stdout.isatty()
    width = os.get_terminal_size().columns if is_terminal else None
    for one in found:
        click.echo(verify_terminal.render(one, width=width, colour=is_terminal), nl=False)


def _status(found: list[Verification], fail_on: str | None) -> int:
    if any(one.claims and not one.decided for one in found):
        return 2
    undecided = any(len(one.decided) < len(one.claims) for one in found)
    return int(any(one.errata for one in found) or (fail_on is not None and undecided))


def _jobs(jobs: int | None) -> int:
    if jobs is None:
        return os.cpu_count() or 1
    if jobs < 1:
        raise ConfigError(f"--jobs is {jobs}; expected 1 or more")
    return jobs


@contextmanager
def _usable() -> Iterator[None]:
    """Turn an error that the user can mend into a message and exit status 2."""
    try:
        yield
    except GradproofError as error:
        click.echo(f"gradproof: {error}", err=True)
        if error.span is not None and Path(error.span.file).is_file():
            text = Path(error.span.file).read_text(encoding="utf-8", errors="replace")
            click.echo(_shown(text, error.span), err=True)
        sys.exit(2)


def _shown(text: str, span: Span) -> str:
    """Return the line of a place with carets; of a long one, as notebooks have them, a part."""
    from checks.report.excerpt import excerpt

    shown = caret(text, span)
    is_long = len(shown.partition("\n")[0]) > LONG
    return "\n".join(excerpt(text.split("\n"), span, LONG)) if is_long else shown


@contextmanager
def _bar(total: int | None = None, *, has_thread: bool) -> Iterator[Callable[..., None]]:
    """Show a bar on a terminal and nothing in a pipe; yield what changes it.

    Without a thread of its own, it is drawn only when it changes, ten times a second at most; with
    one, ``checks.parallel`` could not fork.
    """
    if not sys.stderr.isatty():
        yield lambda **changes: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

    console = Console(stderr=True)
    columns = ("checking", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, auto_refresh=has_thread) as bar:
        task = bar.add_task("checking", total=total)
        drawn = 0.0

        def change(
            *, advance: int | None = None, completed: int | None = None, total: int | None = None
        ) -> None:
            nonlocal drawn
            bar.update(task, advance=advance, completed=completed, total=total)
            if not has_thread and monotonic() - drawn > 0.1:
                bar.refresh()
                drawn = monotonic()

        yield change


def _advance(change: Callable[..., None], more: int) -> None:
    change(advance=more)


def _set(change: Callable[..., None], done: int, total: int) -> None:
    change(completed=done, total=total)


def _print_report(report: Report, format_: str, *, errata: bool) -> None:
    from checks.report import errata_terminal, suite_json, suite_markdown, suite_terminal

    if format_ == "json":
        click.echo(suite_json.render(report.errata if errata else report), nl=False)
        return
    if format_ == "markdown":
        click.echo(suite_markdown.render(report.errata if errata else report), nl=False)
        return
    is_terminal = sys.stdout.isatty()
    width = os.get_terminal_size().columns if is_terminal else None
    renderer = errata_terminal if errata else suite_terminal
    click.echo(renderer.render(report, width=width, colour=is_terminal), nl=False)


def _list(work: list[Task]) -> None:
    from checks.suite import forms_of

    for task in work:
        forms = forms_of(task)
        click.echo(f"{task.model.name}: {task.model.title} ({task.model.source})")
        for id_ in task.forms:
            click.echo(f"  {id_:<44} {forms[id_].formula}")
