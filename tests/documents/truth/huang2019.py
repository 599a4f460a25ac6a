"""What the lines of the derivation huang2019 are worth: scalars, vectors, batches."""

from documents.truth import (
    huang2019_batches,
    huang2019_outputs,
    huang2019_scalars,
    huang2019_states,
)
from support.transcription import Table

truth = Table()
for part in (huang2019_scalars, huang2019_outputs, huang2019_states, huang2019_batches):
    truth.append(part.truth)
