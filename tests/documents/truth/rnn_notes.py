"""What the lines of the derivation rnn-notes are worth: three files write them down."""

from documents.truth import rnn_notes_biases, rnn_notes_forward, rnn_notes_weights
from support.transcription import Table

truth = Table()
for part in (rnn_notes_forward, rnn_notes_biases, rnn_notes_weights):
    truth.append(part.truth)
