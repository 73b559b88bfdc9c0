"""A handful of invented persons of record in two villages, encrypted as in use."""

from datetime import date

from fangpin.places.models import Place
from fangpin.registry.ids import allocate
from fangpin.registry.models import Household, Membership, Person
from fangpin.registry.sealing import close_one

# village, household number, person number, name, identity number, phone
PERSONS = (
    ("620402101201", "8801", "880101", "张三", "620402198001010019", "13900000001"),
    ("620402101201", "8801", "880102", "张三丰", "620402201001010012", ""),
    ("620402101201", "8802", "880201", "单志国", "62040219700101001X", "13900000002"),
    ("620402101202", "8803", "880301", "欧阳建国", "620402196001010018", ""),
    ("620402101202", "8803", "880302", "𬱖㛃", "620402199001010010", ""),
    ("620402101202", "8804", "880401", "阿依古丽·买买提", "620402199501010016", ""),
    ("620402102201", "8805", "880501", "张晓英", "620402198501010011", "13900000001"),
    ("620402102201", "8805", "880502", "Maria Garcia", "", ""),
)


def place(code: str, name: str, level: str) -> None:
    """An open place of this name."""
    if not Place.objects.filter(code=code, valid_to=None).update(name=name):
        Place.objects.create(code=code, name=name, level=level, valid_from=date(2000, 1, 1))


def enter() -> dict[str, Person]:
    """The persons, by number."""
    place("620402101201", "红星村", "village")
    place("620402101202", "前进村", "village")
    place("620402102201", "红岩村", "village")
    made = {}
    for village, household, number, name, identity, phone in PERSONS:
        home, new = Household.objects.get_or_create(
            number=household, defaults={"village_code": village}
        )
        (pk,) = allocate(Person, 1)
        closed = close_one(Person, pk, {"name": name, "id_number": identity, "phone": phone})
        made[number] = Person.objects.create(pk=pk, number=number, **closed)
        Membership.objects.create(person=made[number], household=home, is_head=new)
        Household.objects.filter(pk=home.pk).update(members=home.memberships.count())
    return made
