"""The randomized check of closed forms: the pipeline of ``gradproof check``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from checks.bench import Bench
from checks.cases import Limits, check_size
from checks.decide import decide
from checks.oracle_forms import oracle_forms
from checks.shrink import counterexample
from checks.verdict import Judgement
from numeric.closed_forms import all_forms
from numeric.closed_forms.form import Form, choose
from symbolic.errors import ConfigError
from symbolic.model import Model
from symbolic.models import load


@dataclass(frozen=True, slots=True)
class Report:
    """The judgements of one run, in the order of the forms, and what repeats it."""

    seed: int
    limits: Limits
    judgements: tuple[Judgement, ...]

    @property
    def is_as_expected(self) -> bool:
        """Whether every form behaves as it declares."""
        return all(judgement.is_as_expected for judgement in self.judgements)


@dataclass(frozen=True, slots=True)
class Task:
    """The forms of one model, which share its oracles; ``model`` is given for a model file."""

    model: Model
    forms: tuple[str, ...]
    is_from_file: bool = False


def tasks(wanted: Sequence[str], model: Model | None = None) -> list[Task]:
    """Return what a run has to do: the forms asked for, by model.

    With a model of the user's, its two oracles are compared. Raises ConfigError for a name that is
    not known, with the nearest ones.
    """
    if model is not None:
        if wanted:
            raise ConfigError("a model file is checked as a whole; name no model or form beside it")
        return [Task(model, tuple(oracle_forms(model)), is_from_file=True)]
    forms = all_forms()
    chosen = {f.id: f for name in wanted for f in choose(forms, name)} if wanted else forms
    by_model: dict[str, list[str]] = {}
    for id_ in forms:
        if id_ in chosen:
            by_model.setdefault(forms[id_].model, []).append(id_)
    return [Task(load(name), tuple(ids)) for name, ids in by_model.items()]


def forms_of(task: Task) -> dict[str, Form]:
    """Return the forms that the ids of a task name."""
    return oracle_forms(task.model) if task.is_from_file else all_forms()


def run_task(task: Task, limits: Limits, seed: int) -> list[Judgement]:
    """Return the judgements of the forms of one model."""
    forms = forms_of(task)
    bench = Bench(task.model, limits, seed)
    return [judge(forms[id_], bench) for id_ in task.forms]


def judge(form: Form, bench: Bench) -> Judgement:
    """Return the judgement on one form, with the smallest counterexample found if it fails."""
    start = time.perf_counter()
    decision = decide(form, bench)
    smallest = counterexample(form, bench.model, *decision.refuted) if decision.refuted else None
    return Judgement(
        id=form.id,
        document=form.document.citation,
        citation=form.citation,
        formula=form.formula,
        model=form.model,
        quantity=f"d {form.of} / d {form.by}",
        expected=form.expected,
        verdict=decision.verdict,
        evidence=decision.evidence,
        cases=decision.cases,
        worst_error=decision.worst_error,
        seconds=time.perf_counter() - start,
        certificate=decision.certificate,
        counterexample=smallest,
        reason=decision.reason,
    )


def run(
    work: Sequence[Task],
    limits: Limits,
    seed: int,
    *,
    jobs: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Return the report on all tasks; the same for every number of jobs.

    ``progress`` is called with the number of forms judged since the last call. Raises ConfigError
    before anything is computed where a case would not fit in memory.
    """
    for task in work:
        check_size(task.model, limits)
    found: list[Judgement] = []
    for judgements in _results(work, limits, seed, jobs):
        found.extend(judgements)
        progress(len(judgements))
    return Report(seed, limits, tuple(found))


def _results(
    work: Sequence[Task], limits: Limits, seed: int, jobs: int
) -> Iterator[list[Judgement]]:
    if jobs == 1 or len(work) == 1:
        yield from (run_task(task, limits, seed) for task in work)
        return
    with ProcessPoolExecutor(max_workers=min(jobs, len(work))) as pool:
        count = len(work)
        yield from pool.map(run_task, work, [limits] * count, [seed] * count)
