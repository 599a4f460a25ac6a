"""The verdict on one claim: understood, decided under the weakest assumption, shown where wrong."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from checks.beyond import beyond
from checks.blanks import has_blanks, judged_filled
from checks.chains import Claim
from checks.claims import Meaning, understand
from checks.counts import is_open
from checks.decide import NO_INSTANCE, Decision
from checks.doubts import doubt, holding, later_steps, of_unlinked
from checks.equivocal import total_alone
from checks.examples import of_one_example
from checks.faults import INTERNAL, internal
from checks.given import holds_for_data, with_data
from checks.identities import of_lemmas, of_one_letter
from checks.layouts import REASONS, fitting
from checks.lengths import long_enough
from checks.limits import limited
from checks.nowhere import nowhere
from checks.pathless import without_path
from checks.records import FAILS, HOLDS, HOLDS_WHEN, UNDECIDED, Record
from checks.section_judge import Judge, decide_meaning, is_forced
from checks.shrink import counterexample
from checks.stand_ins import judged_instead
from checks.unread import rests_on_left_out, rests_on_unread
from checks.variants import LATER, RESTATED, is_definition, restates
from checks.verdict import Verdict
from numeric.points import Targets
from symbolic.errors import GradproofError, Slip
from symbolic.latex.derivatives import REPAIRED
from symbolic.latex.meaning import HERMITIAN
from symbolic.latex.write import write

#: What is read in a way that refutes nothing.
TENTATIVE = (REPAIRED, HERMITIAN)

#: The condition under which a line is true whose letters may be numbers or arrays.
SCALARS = "all quantities are scalars"


def judge_claim(claim: Claim, judge: Judge, number: int) -> Record:
    """Return the verdict on one claim."""
    place, latex = claim.statement.span, claim.statement.latex
    written = claim.shown or f"{write(claim.left)} = {write(claim.right)}"
    base = Record(claim.id, number, place, latex, "claim", UNDECIDED, claim=written)
    try:
        with limited(judge.timeout):
            try:
                found = _judged_somewhere(base, claim, judge)
            except Slip as slip:
                reason = f"typographical: {slip.message}"
                found = replace(base, verdict=FAILS, reason=reason, span=slip.span or base.span)
            except GradproofError as error:
                found = replace(base, reason=error.message, span=error.span or base.span)
            return _with_variants(found, base, claim, judge)
    except GradproofError as error:
        return replace(base, reason=error.message, span=error.span or base.span)
    except INTERNAL as error:
        return replace(base, reason=internal(error))


def _with_variants(found: Record, base: Record, claim: Claim, judge: Judge) -> Record:
    """Return the record in view of other equations that the section has for its names."""
    is_early = judge.early is not None and claim.number < judge.until
    if found.verdict == HOLDS and is_early and not holding(claim, judge.early):
        return replace(base, reason="it holds only for a function that is given further down")
    if found.verdict not in (FAILS, UNDECIDED) or judge.later is None:
        return found
    if claim.number < judge.since and not restates(claim, judge):
        return found
    with suppress(GradproofError):
        if claim.before is None and is_definition(claim, judge.later.section):
            return _restated(found)
        later = _judged(base, claim, judge.later)
        if later.verdict == HOLDS and restates(claim, judge):
            return _restated(found)
        if later.verdict == HOLDS:
            return later.with_note(LATER)
    return found


def _restated(found: Record) -> Record:
    reason = found.reason if found.verdict == UNDECIDED else None
    return replace(found, reason="; ".join(filter(None, (RESTATED, reason))))


def _judged_somewhere(base: Record, claim: Claim, judge: Judge) -> Record:
    """Return the record of a claim about the section, one letter, or a lemma of the section."""
    if (alone := of_one_letter(claim, judge)) is not None:
        return _judged(base, claim, alone)
    try:
        return _judged(base, claim, judge)
    except GradproofError:
        for lemma in of_lemmas(claim, judge):
            with suppress(GradproofError):
                return _judged(base, claim, lemma)
        instead = judged_instead(claim, base, judge, lambda one: _judged(base, one, judge))
        if instead is None and has_blanks(claim):
            instead = judged_filled(claim, base, judge, lambda one: _judged(base, one, judge))
        if instead is None:
            raise
        return instead


def _judged(base: Record, claim: Claim, judge: Judge) -> Record:
    if (misfit := judge.misfits.get(id(claim.right))) is not None:
        return replace(base, verdict=FAILS, reason=f"shape: {misfit}", equals_head=False)
    if judge.left_out and (lost := rests_on_left_out(claim, judge)) is not None:
        return replace(base, reason=lost)
    judge, data = with_data(claim, judge)
    meaning = judge.understand(claim)
    if meaning.is_conflict:
        return _conflicting(base, claim, meaning, judge)
    if (unread := rests_on_unread(claim, judge)) is not None:
        return replace(base, reason=unread)
    judge = long_enough(meaning, judge)
    decision, targets = decide_meaning(claim, meaning, judge)
    if decision.reason == NO_INSTANCE:
        if (wrong := _wrong_beyond(base, claim, meaning, judge)) is not None:
            return wrong
        decision = replace(decision, reason=nowhere(meaning, judge.section) or NO_INSTANCE)
    found = _with_decision(base, claim, meaning, decision, targets, judge)
    if data is not None:
        return found.with_note(data)
    if found.verdict == HOLDS and judge.is_undeclared and not holding(claim, judge.arrays):
        return replace(found, verdict=HOLDS_WHEN, when=(SCALARS,))
    return _reconsidered(found, base, claim, meaning, judge) if found.verdict == FAILS else found


def _wrong_beyond(base: Record, claim: Claim, meaning: Meaning, judge: Judge) -> Record | None:
    """Return the record of a claim that fails whatever an input is where it has no value."""
    if (found := beyond(meaning, judge)) is None:
        return None
    free, zero, words = found
    decision, targets = decide_meaning(claim, meaning, free)
    at_zero, _ = decide_meaning(claim, meaning, zero)
    if decision.verdict is not Verdict.FAILS or at_zero.verdict is not Verdict.FAILS:
        return None
    record = _with_decision(base, claim, meaning, decision, targets, free)
    if doubt(claim, meaning, free) is not None or fitting(claim, free) is not None:
        return None
    return record.with_note(words)


def _reconsidered(
    found: Record, base: Record, claim: Claim, meaning: Meaning, judge: Judge
) -> Record:
    """Return the record of a claim that fails: what the text says or leaves open may save it."""
    if (decision := holding(claim, judge.from_zero())) is not None:
        before = judge.section.model.first_step - 1
        when = tuple(f"{name}[{before}] = 0" for name in judge.zero_states)
        evidence = decision.evidence.value if decision.evidence else None
        holds = replace(base, verdict=HOLDS_WHEN, when=when, evidence=evidence)
        return replace(holds, certificate=decision.certificate)
    if (repaired := next((n for n in TENTATIVE if n in meaning.notes), None)) is not None:
        return replace(base, reason=f"{repaired}, and with that the equation fails")
    if (why := doubt(claim, meaning, judge) or holds_for_data(claim, judge)) is not None:
        return replace(base, reason=why)
    if (layout := fitting(claim, judge)) is not None:
        return replace(found, reason=REASONS[layout])
    return replace(found, when=later_steps(claim, meaning, judge))


def _conflicting(base: Record, claim: Claim, meaning: Meaning, judge: Judge) -> Record:
    """Return the record of a claim whose sides have shapes that do not fit."""
    conflict = next(s for s in meaning.by_reading.values() if isinstance(s, str))
    layout = fitting(claim, judge)
    reason = f"shape: {conflict}" if layout is None else REASONS[layout]
    if (unlinked := of_unlinked(claim, judge)) is not None:
        return replace(base, reason=unlinked)
    if layout is None and (one := of_one_example(judge)) is not None:
        with suppress(GradproofError):
            return _judged(base, claim, one)
    if claim.continues and layout is None:
        return replace(base, reason=f"left side missing: with the one before, {conflict}")
    if holding(claim, judge.numbers):
        return replace(base, reason=f"with arrays, {conflict}; with numbers it holds")
    if is_forced(claim, judge):
        follows = _follows(claim, judge)
        return replace(base, verdict=FAILS, reason=reason, equals_head=False, follows=follows)
    if layout is None:
        suggested = "with the shapes that the forward equations suggest"
        reason = f"{suggested}, this does not fit: {conflict}"
    return replace(base, reason=reason)


def _with_decision(
    base: Record,
    claim: Claim,
    meaning: Meaning,
    decision: Decision,
    targets: Targets,
    judge: Judge,
) -> Record:
    notes = list(meaning.notes)
    if decision.verdict is Verdict.HOLDS and targets is not Targets.FREE:
        notes.append(f"holds for {targets.value}")
    if decision.verdict is Verdict.HOLDS:
        notes += without_path(meaning, decision.reading, judge.section)
    smallest = None
    if decision.refuted is not None:
        form = judge.form(claim, meaning, decision.refuted[1])
        smallest = counterexample(form, judge.section.model, *decision.refuted)
    return replace(
        base,
        verdict=decision.verdict.value,
        evidence=decision.evidence.value if decision.evidence else None,
        certificate=decision.certificate,
        reading=decision.reading.text or None,
        note="; ".join(notes) or None,
        atoms=tuple(sorted(meaning.atoms.get(decision.reading, ()))),
        totals=total_alone(claim, meaning, decision, judge),
        equals_head=decision.verdict is Verdict.HOLDS,
        follows=_follows(claim, judge, decision),
        counterexample=smallest,
        reason=decision.reason or ("value" if decision.verdict is Verdict.FAILS else None),
    )


def _follows(claim: Claim, judge: Judge, decision: Decision | None = None) -> bool | None:
    """Return whether a right side equals the line before it; None at the head of a chain."""
    if claim.before is None:
        return None
    known = _known_to_follow(claim, judge, decision)
    if known is not None:
        return known
    try:
        meaning = understand(claim.before, claim.right, judge.section, judge.layout)
        if meaning.is_conflict:
            return False
        if is_open(meaning):
            return None
        found, _ = decide_meaning(claim, meaning, judge)
    except GradproofError:
        return None
    return None if found.verdict is Verdict.UNDECIDED else found.verdict is Verdict.HOLDS


def _known_to_follow(claim: Claim, judge: Judge, decision: Decision | None) -> bool | None:
    """Return whether two sides are equal of which one equals the head of the chain."""
    if decision is None:
        return None
    holds = decision.verdict is Verdict.HOLDS and not decision.reading.text
    fails = decision.verdict is Verdict.FAILS
    before = id(claim.before)
    if (holds or fails) and before in judge.held:
        return holds
    return False if holds and before in judge.failed else None


__all__ = ["Judge", "judge_claim"]
