"""What the lines of the derivation rnn-by-hand are worth: worked numbers first, then letters."""

from documents.truth import rnn_by_hand_letters, rnn_by_hand_numbers
from support.transcription import Table

truth = Table()
for part in (rnn_by_hand_numbers, rnn_by_hand_letters):
    truth.append(part.truth)
