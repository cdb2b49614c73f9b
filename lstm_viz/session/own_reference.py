"""Usual values on the reader's own texts: measured as a job, named in the link by a digest."""

from collections.abc import Hashable, Sequence
from hashlib import blake2b

from lstm_viz import jobs
from lstm_viz.analyses.reference import measure_reference
from lstm_viz.errors import LstmVizError
from lstm_viz.jobs import Job, State
from lstm_viz.model.reference import ReferenceStatistics
from lstm_viz.session.cache import classifier, number_of
from lstm_viz.session.choices import choose
from lstm_viz.session.state import selection, state


def measure_own_reference(texts: Sequence[str]) -> None:
    """Start to measure usual values of the chosen model, and use them from now on.

    Args:
        texts: one or more.
    """
    digest = texts_digest(texts)
    try:
        jobs.start(_key(digest), measure_reference, classifier(selection().model), tuple(texts))
    except LstmVizError as error:
        state().notices += (str(error),)
        return
    choose(reference=digest)


def texts_digest(texts: Sequence[str]) -> str:
    """Return the digest that stands for texts in a link."""
    whole = "\n".join(texts).encode("utf-8", "replace")
    return blake2b(whole, digest_size=16).hexdigest()


def forget_own_reference() -> None:
    """Go back to the usual values on held-out texts."""
    choose(reference="")


def reference_key() -> Hashable:
    """Return the key of the job that measures the selection's usual values."""
    return _key(selection().reference)


def reference_on_own_texts() -> ReferenceStatistics | None:
    """Return the usual values on the texts that the selection names, if they were measured."""
    if not selection().reference:
        return None
    references, key = state().references, reference_key()
    job = _job()
    if key not in references and job and job.state is State.DONE and job.result is not None:
        references[key] = job.result
    return references.get(key)


def drop_unknown_reference() -> None:
    """Go back to held-out texts where a link names texts that are not known here."""
    if selection().reference and reference_on_own_texts() is None and not is_measuring_reference():
        forget_own_reference()
        reason = "The usual values in the link were measured on texts that are not known here."
        state().notices += (f"{reason} Those of the held-out texts are shown instead.",)


def is_measuring_reference() -> bool:
    """Whether the usual values that the selection names are being measured."""
    job = _job()
    return job is not None and not job.state.is_end


def _job() -> Job | None:
    return jobs.find(reference_key())


def _key(digest: str) -> tuple[str, int, str]:
    return ("reference", number_of(classifier(selection().model)), digest)
