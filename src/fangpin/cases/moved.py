"""Cases follow their household to another village, in the transaction of the move."""

from fangpin.cases.models import Case, Publication, Turn
from fangpin.people.messages.actions import move


def household_moved(number: str, old: str, new: str) -> None:
    """Give cases of the household the code of its new village: who may see them follows at once.

    A publication keeps hanging where it hangs.
    """
    cases = list(
        Case.objects.filter(household__number=number, area_code=old).values_list("pk", flat=True)
    )
    Turn.objects.filter(case__in=cases).update(area_code=new)
    notices = Publication.objects.filter(case__in=cases)
    notices.update(area_code=new)
    about = [f"case:{pk}" for pk in cases]
    about += [f"notice:{pk}" for pk in notices.values_list("pk", flat=True)]
    move(about, new)
    Case.objects.filter(pk__in=cases).update(area_code=new)
