"""The randomized check of closed forms: the pipeline of ``gradproof check``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace

from checks.agreement import Oracles
from checks.bench import Bench
from checks.cases import Limits, check_size
from checks.decide import decide
from checks.oracle_forms import oracle_forms
from checks.shrink import counterexample
from checks.verdict import Judgement, Verdict
from checks.worked import decide_number, wrong_number
from numeric.closed_forms import all_forms
from numeric.closed_forms.form import Decimal, Form, Variant, choose
from numeric.closed_forms.setting import ANY, Condition, Setting
from symbolic.errors import ConfigError
from symbolic.model import Model
from symbolic.models import load

#: Fewer forms are not worth a part of their own.
LEAST_PART = 40


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

    @property
    def errata(self) -> Report:
        """The same run, with what its documents have wrong alone."""
        wrong = (j for j in self.judgements if j.is_erratum)
        return replace(self, judgements=tuple(wrong))


@dataclass(frozen=True, slots=True)
class Task:
    """The forms of one model, which share its oracles; ``model`` is given for a model file."""

    model: Model
    forms: tuple[str, ...]
    is_from_file: bool = False


def tasks(
    wanted: Sequence[str], model: Model | None = None, *, printed_only: bool = False
) -> list[Task]:
    """Return what a run has to do: the forms asked for, by document and model.

    With a model of the user's, its two oracles are compared. Raises ConfigError for a name that is
    not known, with the nearest ones, or where no printed form is among those asked for.
    """
    if model is not None:
        if wanted or printed_only:
            raise ConfigError("a model file is checked as a whole; name no model or form beside it")
        return [Task(model, tuple(oracle_forms(model)), is_from_file=True)]
    forms = all_forms()
    chosen = {f.id: f for name in wanted for f in choose(forms, name)} if wanted else forms
    by_model: dict[tuple[str, str], list[str]] = {}
    for id_, form in forms.items():
        if id_ in chosen and (not printed_only or form.variant is Variant.PRINTED):
            by_model.setdefault((form.document.key, form.model), []).append(id_)
    if not by_model:
        raise ConfigError(f"no form of {', '.join(wanted)} is printed so in its document")
    return [Task(load(name), tuple(ids)) for (_, name), ids in by_model.items()]


def split(work: Sequence[Task], jobs: int) -> list[Task]:
    """Return the tasks in parts for several processes, the longest first.

    What the forms of a part share is computed once a part, so there are not more than it takes to
    keep all processes busy; forms of one setting stay together.
    """
    size = max(LEAST_PART, sum(len(task.forms) for task in work) // (2 * jobs))
    parts: list[Task] = []
    for task in work:
        forms = forms_of(task)
        settings = list(dict.fromkeys(forms[id_].setting for id_ in task.forms))
        ids = sorted(task.forms, key=lambda id_: settings.index(forms[id_].setting))
        parts += [
            replace(task, forms=tuple(ids[start : start + size]))
            for start in range(0, len(ids), size)
        ]
    return sorted(parts, key=lambda part: -len(part.forms))


def forms_of(task: Task) -> dict[str, Form]:
    """Return the forms that the ids of a task name."""
    return oracle_forms(task.model) if task.is_from_file else all_forms()


def run_task(task: Task, limits: Limits, seed: int) -> list[Judgement]:
    """Return the judgements of the forms of one model."""
    forms = forms_of(task)
    benches = Benches(task.model, limits, seed)
    return [judge(forms[id_], benches, forms) for id_ in task.forms]


@dataclass(slots=True)
class Benches:
    """The benches of one model, one for each setting; they share what the oracles confirmed."""

    model: Model
    limits: Limits
    seed: int
    _kept: dict[Setting, Bench] = field(default_factory=dict)
    _oracles: Oracles | None = None

    def get(self, setting: Setting = ANY) -> Bench:
        """Return the bench for a setting."""
        if self._oracles is None:
            self._oracles = Oracles(self.model)
        if setting not in self._kept:
            self._kept[setting] = Bench(self.model, self.limits, self.seed, setting, self._oracles)
        return self._kept[setting]


def judge(form: Form, benches: Benches, forms: Mapping[str, Form]) -> Judgement:
    """Return the judgement on one form, with the smallest counterexample found if it fails."""
    start = time.perf_counter()
    bench = benches.get(form.setting)
    is_number = isinstance(form.claim, Decimal)
    decision = decide_number(form, bench) if is_number else decide(form, bench)
    smallest = None
    if decision.refuted is not None:
        case, targets, bits = decision.refuted
        smallest = (
            wrong_number(form, bench, bits)
            if is_number
            else counterexample(form, bench.model, case, targets, bits)
        )
    reason = decision.reason
    if decision.verdict is Verdict.FAILS and form.when is not None:
        reason = contradiction(form, form.when, benches)
    twin = forms.get(form.twin)
    return Judgement(
        id=form.id,
        document=form.document.citation,
        citation=form.citation,
        formula=form.formula,
        model=form.model,
        quantity=form.quantity,
        variant=form.variant.value,
        targets=form.targets.value,
        expected=form.expected,
        verdict=decision.verdict if reason is None else Verdict.UNDECIDED,
        evidence=decision.evidence,
        cases=decision.cases,
        worst_error=decision.worst_error,
        seconds=time.perf_counter() - start,
        reading=decision.reading.text,
        note=form.note,
        error=form.reason,
        when=form.when.text if form.when else "",
        corrected=twin.formula if twin is not None and twin is not form else "",
        certificate=decision.certificate,
        counterexample=smallest,
        reason=reason,
    )


def contradiction(form: Form, when: Condition, benches: Benches) -> str | None:
    """Return why a wrong line does not hold under the condition that it names; None if it does."""
    targets = when.targets or form.targets
    setting = form.setting.narrowed(when.setting)
    found = decide(replace(form, targets=targets, setting=setting), benches.get(setting))
    if found.verdict is Verdict.HOLDS:
        return None
    return f"it is said to hold when {when.text}, and does not: {found.reason or 'it fails'}"


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
    found: dict[str, Judgement] = {}
    for judgements in _results(split(work, jobs), limits, seed, jobs):
        found |= {judgement.id: judgement for judgement in judgements}
        progress(len(judgements))
    ordered = [found[id_] for task in work for id_ in task.forms]
    return Report(seed, limits, tuple(ordered))


def _results(
    work: Sequence[Task], limits: Limits, seed: int, jobs: int
) -> Iterator[list[Judgement]]:
    if jobs == 1 or len(work) == 1:
        yield from (run_task(task, limits, seed) for task in work)
        return
    with ProcessPoolExecutor(max_workers=min(jobs, len(work))) as pool:
        count = len(work)
        yield from pool.map(run_task, work, [limits] * count, [seed] * count)
