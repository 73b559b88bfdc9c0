"""A file of a case, opened for who may see it."""

from django.conf import settings

from fangpin.cases.models import Attachment, Case
from fangpin.cases.visible import sees_whole, visible
from fangpin.foundation.kept_files import opened
from fangpin.people.models import User
from fangpin.people.scope import FieldGroup, scope_of
from fangpin.registry.sealing import open_one


def attachment_of(actor: User, pk: int) -> tuple[Attachment, bytes] | None:
    """The row and the content, or None when it is absent or not the actor's. Pictures of homes and
    people are shown to who sees identities there. Raises SealBroken for a damaged file."""
    row = Attachment.objects.select_related("turn__case").filter(pk=pk).first()
    if row is None:
        return None
    case = row.turn.case
    if not Case.objects.filter(visible(actor), pk=case.pk).exists():
        return None
    if not sees_whole(actor, case.area_code):
        return None
    if FieldGroup.identity not in scope_of(actor).groups(case.area_code):
        return None
    return row, opened(settings.CASE_FILES_ROOT, row.name, open_one(row, "key"))
