"""What is usual on texts of the reader's own: measured as a job, named in the link by a digest."""

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
    """Start to measure what is usual for the chosen model, and look at it from now on.

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
    """Return what stands for texts in a link."""
    whole = "\n".join(texts).encode("utf-8", "replace")
    return blake2b(whole, digest_size=16).hexdigest()


def forget_own_reference() -> None:
    """Go back to what is usual on held-out texts."""
    choose(reference="")


def reference_key() -> Hashable:
    """Return the key of the job that measures what the selection names."""
    return _key(selection().reference)


def reference_on_own_texts() -> ReferenceStatistics | None:
    """Return what the selection names, if it was measured."""
    if not selection().reference:
        return None
    kept, key = state().references, reference_key()
    job = _job()
    if key not in kept and job and job.state is State.DONE and job.result is not None:
        kept[key] = job.result
    return kept.get(key)


def drop_unknown_reference() -> None:
    """Go back to held-out texts where a link names what is not known here."""
    if selection().reference and reference_on_own_texts() is None and not is_measuring_reference():
        forget_own_reference()
        told = "The link names texts that what is usual was measured on, which are not known here."
        state().notices += (f"{told} These are the held-out ones.",)


def is_measuring_reference() -> bool:
    """Whether what the selection names is on its way."""
    job = _job()
    return job is not None and not job.state.is_end


def _job() -> Job | None:
    return jobs.find(reference_key())


def _key(digest: str) -> tuple[str, int, str]:
    return ("reference", number_of(classifier(selection().model)), digest)
