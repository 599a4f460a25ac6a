"""The instances on which a closed form is compared: shapes, lengths, points, functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from numeric.closed_forms.setting import ANY, Setting
from numeric.points import Targets, uniform
from symbolic.defined import reaches, reads_of
from symbolic.errors import ConfigError
from symbolic.functions import GENERIC_INSTANCES
from symbolic.model import HORIZON, Instance, Model

#: A run that would hold more numbers than this is refused before it is begun.
MAX_NUMBERS = 5_000_000
#: No model is asked for more steps than these.
_MOST_STEPS = 10
#: All cases of a model and what was computed on them are kept while its forms are judged.
MAX_CASES = 10_000


@dataclass(frozen=True, slots=True)
class Case:
    """One instance and the seed of its point; ``number`` counts the cases of a model."""

    number: int
    dimensions: tuple[tuple[str, int], ...]
    tau: int
    seed: int
    function: str

    def instance(self, model: Model) -> Instance:
        """Return the model at the sizes of the case."""
        return Instance(model, dict(self.dimensions), self.tau)

    def functions(self, model: Model) -> dict[str, str]:
        """Return what stands for the undefined functions of the model, each another one."""
        first = GENERIC_INSTANCES.index(self.function)
        known = len(GENERIC_INSTANCES)
        return {
            name: GENERIC_INSTANCES[(first + place) % known]
            for place, name in enumerate(model.functions)
        }

    def targets(self, needed: Targets) -> Targets:
        """Return what the targets obey: free ones only where the formula does not need more."""
        match needed:
            case Targets.FREE:
                free = (Targets.FREE, Targets.NORMALISED, Targets.ONE_HOT)
                return free[self.number % 3]
            case Targets.NORMALISED:
                return (Targets.NORMALISED, Targets.ONE_HOT)[self.number % 2]
            case Targets.ONE_HOT | Targets.FIRST_CLASS:
                return needed


@dataclass(frozen=True, slots=True)
class Limits:
    """How many cases, and how large: the options of ``gradproof check``."""

    cases: int = 24
    max_tau: int = 8
    max_dim: int = 6

    def __post_init__(self) -> None:
        for name in ("cases", "max_tau", "max_dim"):
            value = getattr(self, name)
            if value < 1:
                option = "--" + name.replace("_", "-")
                raise ConfigError(f"{option} is {value}; expected 1 or more")
        if self.cases > MAX_CASES:
            raise ConfigError(f"--cases is {self.cases:,}; expected at most {MAX_CASES:,}")


def check_size(model: Model, limits: Limits) -> None:
    """Raise ConfigError, naming the size asked for, where the largest case cannot be held."""
    largest = {d.name: max(d.minimum, limits.max_dim) for d in model.dimensions}
    instance = Instance(model, largest, limits.max_tau)
    total, worst, worst_size = 0, "", 0
    for declared in model.declarations:
        entries = 1
        for size in instance.shape(declared.name):
            entries *= size
        entries *= limits.max_tau if declared.timed else 1
        total += entries
        if entries > worst_size:
            worst, worst_size = str(declared), entries
    # The steps of scalars cost too: each is an operation on the tape.
    if max(total, 50 * limits.max_tau) > MAX_NUMBERS:
        raise ConfigError(
            f"--max-dim {limits.max_dim} with --max-tau {limits.max_tau} asks {model.name} for"
            f" {total:,} numbers, {worst_size:,} of them in {worst}; the limit is {MAX_NUMBERS:,}"
        )


def cases(model: Model, limits: Limits, seed: int, setting: Setting = ANY) -> tuple[Case, ...]:
    """Return the cases of a model: the standard instances first, then random ones.

    Standard: every size at its minimum with tau = 1, 2, 3, 5, and pairwise different sizes in
    ascending and in descending order; all within the limits. What the setting gives stays so; where
    it gives all sizes and the length there is one case.
    """
    found: list[Case] = []
    least = least_steps(model)
    count = 1 if _is_one_size(model, setting) else limits.cases
    for number, (sizes, tau) in enumerate(_sizes(model, limits, seed)):
        sizes, tau = _narrowed(sizes, setting), setting.tau or max(tau, least) + setting.more
        function = GENERIC_INSTANCES[number % len(GENERIC_INSTANCES)]
        case_seed = uniform(2**31, seed, model.name, "case", number)
        found.append(Case(number, sizes, tau, case_seed, function))
        if len(found) == count:
            break
    return tuple(found)


def _is_one_size(model: Model, setting: Setting) -> bool:
    """Whether a setting leaves no size and no length open."""
    given = dict(setting.sizes)
    return setting.tau is not None and all(d.name in given for d in model.dimensions)


def least_steps(model: Model) -> int:
    """Return how many steps there must be for all that is read without steps to have a value.

    That is 1, unless a loss reads a step before the last one: of h[tau - 1] there is an initial
    state, of an output there is none.
    """
    bodies = [e.body for e in model.equations if not model.declaration(e.name).timed]
    reads = [reads_of(body, reach=reaches(model)) for body in bodies]
    for tau in range(1, _MOST_STEPS):
        steps = range(model.first_step, model.first_step + tau)
        if all(one.letters <= {HORIZON} for one in reads) and all(
            one.are_defined({HORIZON: steps.stop - 1}, steps) for one in reads
        ):
            return tau
    return 1


def _sizes(
    model: Model, limits: Limits, seed: int
) -> Iterator[tuple[tuple[tuple[str, int], ...], int]]:
    standard = [(_ascending, 3), (_descending, 2), (_minimal, 1), (_ascending, 1), (_minimal, 2)]
    standard += [(_descending, 5), (_minimal, 3), (_minimal, 5)]
    for sizes, tau in standard:
        yield sizes(model, limits), min(tau, limits.max_tau)
    number = 0
    while True:
        drawn = tuple(
            (d.name, max(d.minimum, 1 + uniform(limits.max_dim, seed, model.name, d.name, number)))
            for d in model.dimensions
        )
        yield drawn, 1 + uniform(limits.max_tau, seed, model.name, "tau", number)
        number += 1


def _narrowed(sizes: tuple[tuple[str, int], ...], setting: Setting) -> tuple[tuple[str, int], ...]:
    """Return the sizes with those of the setting in their places."""
    given = dict(setting.sizes)
    return tuple((name, given.get(name, size)) for name, size in sizes)


def _minimal(model: Model, limits: Limits) -> tuple[tuple[str, int], ...]:
    return tuple((d.name, d.minimum) for d in model.dimensions)


def _ascending(model: Model, limits: Limits) -> tuple[tuple[str, int], ...]:
    return _sized(model, limits, range(2, 2 + len(model.dimensions)))


def _descending(model: Model, limits: Limits) -> tuple[tuple[str, int], ...]:
    return _sized(model, limits, range(1 + len(model.dimensions), 1, -1))


def _sized(model: Model, limits: Limits, sizes: range) -> tuple[tuple[str, int], ...]:
    return tuple(
        (d.name, max(d.minimum, min(size, limits.max_dim)))
        for d, size in zip(model.dimensions, sizes, strict=True)
    )


def certificate_cases(all_cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """Return the cases on which agreement is certified: the first ones, opposite orders of sizes.

    These are the ascending sizes, the descending ones, and the smallest instance.
    """
    return all_cases[:3]


def sympy_cases(
    model: Model, limits: Limits, seed: int, setting: Setting = ANY
) -> tuple[Case, ...]:
    """Return the small cases on which SymPy differentiates.

    Sizes 2 over three steps, node by node; the least sizes over two steps, substituted as a whole.
    What the setting gives stays so; a single case is that of the others.
    """
    if _is_one_size(model, setting):
        return cases(model, limits, seed, setting)
    sizes = (tuple((d.name, max(2, d.minimum)) for d in model.dimensions), _minimal(model, limits))
    return tuple(
        Case(
            number,
            _narrowed(size, setting),
            setting.tau or max(min(tau, limits.max_tau), least_steps(model)) + setting.more,
            uniform(2**31, seed, model.name, "SymPy", tau),
            GENERIC_INSTANCES[number],
        )
        for number, (size, tau) in enumerate(zip(sizes, (3, 2), strict=True))
    )
