"""A publication becomes files: checked, rendered in every form, and looked through once more. The
only way to a notice; there is none to upload one."""

import hashlib
from dataclasses import dataclass
from datetime import date

from fangpin.cases.models import Publication
from fangpin.disclosure.content import Notice
from fangpin.disclosure.facts import facts_of, shown_of
from fangpin.disclosure.pairs import check
from fangpin.disclosure.render_page import page
from fangpin.disclosure.render_pdf import pdf
from fangpin.disclosure.render_word import word
from fangpin.disclosure.scan import refuse_hits, scan
from fangpin.disclosure.union import check_union


@dataclass(frozen=True)
class Built:
    """`files` by their name below the notice's address; `shown` for the union with other notices,
    empty for a notice about places."""

    notice: Notice
    files: dict[str, bytes]
    shown: dict[str, str]

    @property
    def hashes(self) -> dict[str, str]:
        """sha256 of each file."""
        return {name: hashlib.sha256(data).hexdigest() for name, data in self.files.items()}


def build(
    publication: Publication, *, from_day: date, until_day: date | None, issue: int = 1
) -> Built:
    """All files of a notice. Nothing is written.

    Raises FangpinError for what may not stand on it, when it shows more of a household than an
    earlier notice, and when the scanner finds anything in the built bytes.
    """
    facts = facts_of(publication, from_day=from_day, until_day=until_day, issue=issue)
    notice = facts.notice
    check(notice, facts.heads)
    shown = {} if notice.lines_are_places else shown_of(notice)
    check_union(shown, facts.before)
    files = {
        "index.html": page(notice, "zh", publication=publication.pk),
        "en/index.html": page(notice, "en", publication=publication.pk),
        "notice.pdf": pdf(notice, "zh"),
        "notice.docx": word(notice, "zh"),
    }
    telephones = [each.number for each in notice.telephones]
    refuse_hits(scan(files, telephones=telephones, secrets=facts.secrets, known=facts.known))
    return Built(notice, files, shown)


def preview(publication: Publication, *, from_day: date, until_day: date | None) -> bytes:
    """The page as it would be posted on a day, checked in the same way; sheet and Word file are
    made when it is posted. The same errors as `build`."""
    facts = facts_of(publication, from_day=from_day, until_day=until_day)
    check(facts.notice, facts.heads)
    made = page(facts.notice, "zh", publication=publication.pk)
    telephones = [each.number for each in facts.notice.telephones]
    hits = scan(
        {"index.html": made}, telephones=telephones, secrets=facts.secrets, known=facts.known
    )
    refuse_hits(hits)
    return made
