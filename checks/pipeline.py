"""The pipeline of ``gradproof verify``: document, sections, statements, claims, verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from checks.documents.directives import beside
from checks.documents.open import read_document
from checks.documents.record import Directive, Document
from checks.equations import Task, carry_out, depends_on_layout, plan, recombined, with_layout
from checks.equivocal import with_equivocal
from checks.faults import INTERNAL, internal
from checks.judge import Judge
from checks.judges import judge_of, raise_if_beside
from checks.layouts import asked_for, with_layouts
from checks.numbering import Numbers
from checks.parallel import in_order
from checks.records import HOLDS, Record, SectionSummary, Verification
from checks.slips import with_slips
from checks.stated import Stated, stated_in
from checks.statements import Block, blocks_of, ids_of
from checks.unjudged import unjudged
from checks.variants import with_variants
from symbolic.arrays import show
from symbolic.errors import ConfigError, nearest
from symbolic.latex.syntax import Node
from symbolic.model import Model


def verify(
    source: str | Path | Document,
    *,
    text: str | None = None,
    seed: int = 0,
    only: tuple[str, ...] = (),
    jobs: int = 1,
    timeout: float | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    model: Model | None = None,
    directives: Sequence[Directive] = (),
) -> Verification:
    """Return the verdicts on a document: one that is read, a file, or a text with a name for it.

    ``only`` are the equations to judge; ``jobs`` the processes, which change no verdict;
    ``timeout`` is in seconds for each claim; ``progress`` is told how much is done of how much.
    ``model`` is that of every section, and ``directives`` stand beside the document. Raises
    ConfigError where there is no such file or equation, ReadError for one of ``directives`` that is
    wrong and for a notebook that is none. One equation that cannot be read or judged is undecided,
    with its reason, and the rest goes on.
    """
    document = source if isinstance(source, Document) else read_document(source, text)
    document, everywhere = beside(document, directives)
    blocks = [block for block in blocks_of(document) if block.statements or block.has_problem]
    beside_it = frozenset(directive.span.file for directive in directives)
    for block in blocks:
        try:
            block.join_labels()
        except INTERNAL as error:
            block.fault = internal(error)
    all_stated = _all_stated(blocks, everywhere, model, beside_it)
    sections: list[SectionSummary] = []
    tasks: list[Task] = []
    numbers = Numbers()
    ledger: dict[str, Node] = {}
    for number, (block, stated) in enumerate(zip(blocks, all_stated, strict=True)):
        judge = judge_of(block, stated, number, seed, timeout, beside_it)
        sections.append(_summary(judge, block, stated))
        if isinstance(judge, Judge):
            tasks += plan(judge, number, numbers, ledger)
        else:
            entries = numbers.entries(unjudged(block, number, numbers, judge, ledger))
            tasks += (Task(None, number, (entry,)) for entry in entries)
    tasks, wanted = _chosen(tasks, only, document)
    if jobs > 1:
        # What takes long to import is imported once, before there are several processes.
        import symbolic.differentiate  # noqa: F401
    results: list[list[Record]] = []
    for found in in_order(tasks, carry_out, jobs):
        results.append(found)
        progress(len(results), len(tasks))
    layouts = [section.conventions.get("layout") for section in sections]
    laid_out = _laid_out(tasks, results, sections, jobs)
    found_records = with_variants(with_layouts(laid_out, sections, layouts), recombined)
    found_records = with_slips(with_equivocal(found_records))
    records = [r for r in found_records if wanted is None or r.id in wanted]
    return Verification(
        document.name, seed, tuple(sections), tuple(records), document.text, document.cells
    )


def _all_stated(
    blocks: list[Block],
    everywhere: tuple[Directive, ...],
    model: Model | None,
    files: frozenset[str],
) -> list[Stated]:
    """Return what is stated beside each section, and leave out the equations to be ignored.

    Raises ReadError for a directive of a side file that is wrong, or is about nothing anywhere.
    """
    found: list[Stated] = []
    for block, ids in zip(blocks, ids_of(blocks), strict=True):
        stated = stated_in(block, ids, everywhere, model)
        pairs = zip(block.statements, ids, strict=True)
        block.statements = [
            replace(s, is_ignored=s.is_ignored or id_ in stated.ignored) for s, id_ in pairs
        ]
        for problem in stated.problems:
            raise_if_beside(problem, files)
        found.append(stated)
    for directive in everywhere:
        if found and all(directive in stated.absent for stated in found):
            raise found[0].absent[directive]
    return found


def _laid_out(
    tasks: list[Task], results: list[list[Record]], sections: list[SectionSummary], jobs: int
) -> list[Record]:
    """Return the records, judged anew in sections whose equations ask for another layout."""
    for number, summary in enumerate(sections):
        places = [k for k, task in enumerate(tasks) if task.section == number and task.judge]
        before = [record for k in places for record in results[k]]
        layout = asked_for(before)
        if layout is None:
            continue
        again = [with_layout(tasks[k], layout) for k in places]
        found = list(in_order(again, carry_out, jobs))
        if _holding(record for records in found for record in records) > _holding(before):
            for k, records in zip(places, found, strict=True):
                results[k] = records
            conventions = {**summary.conventions, "layout": layout.value}
            sections[number] = replace(summary, conventions=conventions)
    return [record for found in results for record in found]


def _holding(records: Iterable[Record]) -> int:
    return sum(record.verdict == HOLDS for record in records)


def _chosen(
    tasks: list[Task], only: tuple[str, ...], document: Document
) -> tuple[list[Task], frozenset[str] | None]:
    """Return the tasks for some equations alone, and the ids of their records; None for all.

    Where one of them depends on the layout, all of its section is judged, since all of its
    equations decide on that. Raises ConfigError where there is no such equation.
    """
    if not only:
        return tasks, None
    known = {id_ for task in tasks for entry in task.items for id_ in (entry.number, *entry.ids)}
    for id_ in only:
        if id_ not in known:
            raise ConfigError(f"{document.name} has no equation {id_!r}{nearest(id_, known)}")
    kept = [
        replace(task, items=tuple(e for entry in task.items if (e := entry.only(only))))
        for task in tasks
    ]
    wanted = frozenset(
        id_ for task in kept for entry in task.items for id_ in entry.wanted or entry.ids
    )
    whole = {task.section for task in kept if depends_on_layout(task)}
    pairs = zip(tasks, kept, strict=True)
    found = [task if task.section in whole else few for task, few in pairs]
    return [task for task in found if task.items], wanted


def _summary(judge: Judge | str, block: Block, stated: Stated) -> SectionSummary:
    first, last = block.first_line, block.last_line
    cells = None
    if block.first_cell is not None and block.last_cell is not None:
        cells = block.first_cell, block.last_cell
    if isinstance(judge, str):
        return SectionSummary(first, last, {}, {}, judge, stated.notes, cells)
    model = judge.section.model
    shapes = {
        str(declared).split(":")[0]: f"{show(declared.shape)} {declared.role.value}"
        for declared in model.declarations
    }
    layout = judge.layout.value
    return SectionSummary(
        first,
        last,
        {"variables": shapes, "loss": model.loss, "functions": list(model.functions)},
        {"layout": layout, **stated.conventions},
        notes=stated.notes,
        cells=cells,
    )
