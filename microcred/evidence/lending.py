"""Lending evidence: a copy under another code name that shows others what such evidence looks like."""

from microcred.db import db, utcnow
from microcred.evidence.copying import copied_artefact, copied_text, free_code_name
from microcred.evidence.models import Submission, SubmissionState


def lend(source: Submission) -> Submission:
    """A copy of decided evidence in the state of an anchor; it was never handed in, and so counts nowhere.

    It stays its author's, and its artefacts their co-authors', so that conflicts of interest and erasing reach it. The
    files themselves are shared by the rows of both.
    """
    copy = Submission(
        code_name=free_code_name(),
        person=source.person,
        pilot=source.pilot,
        micro_credential=source.micro_credential,
        rubric=source.rubric,
        state=SubmissionState.ANCHOR,
        started_at=utcnow(),
    )
    copy.texts = [copied_text(text) for text in source.texts]
    copy.artefacts = [copied_artefact(artefact) for artefact in source.artefacts]
    db.session.add(copy)
    db.session.flush()
    return copy


def give_back_copy(copy: Submission) -> None:
    """Empty a lent copy: nobody reads it any more. Its row stays, because scores hang on it.

    A file that no other row uses is swept by the job that removes such files.
    """
    copy.texts.clear()
    copy.artefacts.clear()
    db.session.flush()
