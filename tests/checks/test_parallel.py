"""Work on several processes: every piece once, in order, whoever does it."""

import os
import time
from itertools import pairwise

import pytest

from checks.parallel import in_order
from checks.pipeline import verify


def done(piece):
    """A piece and the process that did it; the first ones take long."""
    time.sleep(0.02 if piece < 3 else 0.0)
    return piece, os.getpid()


@pytest.mark.parametrize(("pieces", "jobs"), [(1, 4), (3, 2), (20, 2), (20, 3), (5, 5)])
def test_every_piece_is_done_once_and_comes_in_order(pieces, jobs):
    found = list(in_order(range(pieces), done, jobs))
    assert [piece for piece, _ in found] == list(range(pieces))
    processes = {process for _, process in found}
    assert len(processes) <= min(jobs, pieces)
    assert (os.getpid() in processes) == (min(jobs, pieces) < 2)


def test_neighbours_are_done_by_one_process_until_another_has_nothing_left():
    by = [process for _, process in in_order(range(40), done, 2)]
    changes = sum(one != two for one, two in pairwise(by))
    assert changes <= 3, by


def refused(piece):
    if piece == 7:
        raise ValueError("seven")
    return piece


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_a_piece_is_raised_after_the_pieces_before_it(jobs):
    with pytest.raises(ValueError, match="seven"):
        list(in_order(range(12), refused, jobs))
    assert list(in_order(range(7), refused, jobs)) == list(range(7))


def test_a_certificate_does_not_depend_on_what_was_judged_before():
    text = (
        r"All are scalars. $h_t = \tanh(w h_{t-1} + x_t)$, $L = \frac12 \sum_t (h_t - y_t)^2$."
        r" $$\frac{\partial h_t}{\partial x_t} = 1 - \tanh^2(w h_{t-1} + x_t) \tag{1}$$"
        r" $$\frac{\partial h_t}{\partial h_{t-1}} = w (1 - \tanh^2(w h_{t-1} + x_t)) \tag{2}$$"
    )
    whole = {r.id: r.certificate for r in verify("own.md", text=text).records}
    for number in "12":
        alone = verify("own.md", text=text, only=(number,), seed=0).records
        assert [r.certificate for r in alone if r.id == number] == [whole[number]]
        assert whole[number] is not None
