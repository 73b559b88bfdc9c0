"""What each role does, as the description of the roles has it, in plain Python.

Written apart from the product: nothing of fangpin is imported, and the product's own tables must
not be copied here. An activity is a sentence fragment; a role's line lists its activities. The
second table says which activities need no place, which are bound to a department, an owner or the
state of the thing. Whoever adds a page writes its activity here if no existing one fits.
"""

from dataclasses import dataclass, field

COUNTY_BUREAU = """
    visit households;
    decide cases; read cases; take cases away; begin cases; take steps; settle objections;
    have a desk; take visits away; take data quality away; enter households; act on households;
    read findings; see names; take findings away; see deliveries; see rows; hand in files;
    read packs; try figures; take tried figures away; save scenarios; see backtests;
    take backtests away; hand in answers; review pairs; apply reviews; read the registry;
    change the registry; import the registry; take the registry away; print the registry;
    see own imports; take snapshots;
    unmask; read places; read units; change places; change the tree; keep village figures;
    see the own job; see own exports; delete own scenarios; see data quality;
    check the registry;
    receive requests; decide requests; see requests; list what is due; see retention;
    read clues; answer clues; send clues; take clues away; release clues;
    return answers; see returned answers; take returned answers;
    see notices; post notices; read submissions; read complaints
"""
TOWNSHIP_OFFICER = """
    visit households; take visits away; take data quality away;
    read cases; take cases away; begin cases; take steps; settle objections; have a desk;
    enter households;
    read findings; see names; take findings away; see deliveries; read packs; try figures;
    take tried figures away; save scenarios; review pairs; read the registry; change the registry;
    import the registry; take the registry away; print the registry; act on households;
    unmask; read places;
    see own imports;
    read units; change places; keep village figures; see the own job; see own exports;
    delete own scenarios; see data quality;
    receive requests; decide requests; see requests;
    read clues; answer clues; send clues; take clues away;
    see notices; post notices; read submissions
"""
VILLAGE_WORKER = """
    visit households;
    read cases; begin cases; take steps; have a desk;
    read findings; see names; see deliveries; read packs; read the registry; change the registry;
    act on households; print the registry; unmask; read places; read units; keep village figures;
    see the own job; see own exports; see data quality;
    receive requests; see requests;
    read clues; answer clues;
    see notices; post notices;
    be told as a village worker
"""
DEPARTMENT_LIAISON = """
    have a desk;
    see deliveries; see rows; read packs; read the registry; change the registry; read places;
    read units; see own exports;
    see returned answers; take returned answers
"""
APPROVER = """
    decide cases; read cases; take steps; settle objections; have a desk;
    read findings; see names; see deliveries; read packs; read the registry; read places;
    read units; release exports;
    decide requests; see requests; see retention; release what is due;
    read clues; release clues; see returned answers;
    see notices
"""
LEADER = """
    read cases;
    read findings; see deliveries; read packs; try figures; see backtests; read the registry;
    read places; read units;
    read clues;
    see notices
"""
AUDITOR = """
    read cases; read the trail; read packs; read the registry; read places; read units;
    see notices
"""
SYSTEM_ADMINISTRATOR = "keep ways outward; keep the calendar; see every job; read packs"
SECURITY_ADMINISTRATOR = "manage users; take users away; see alarms"
AUDIT_ADMINISTRATOR = "read the trail"


def _listed(text: str) -> frozenset[str]:
    return frozenset(" ".join(part.split()) for part in text.split(";"))


ROLES: dict[str, frozenset[str]] = {
    "county_bureau": _listed(COUNTY_BUREAU),
    "township_officer": _listed(TOWNSHIP_OFFICER),
    "village_worker": _listed(VILLAGE_WORKER),
    "department_liaison": _listed(DEPARTMENT_LIAISON),
    "approver": _listed(APPROVER),
    "leader": _listed(LEADER),
    "auditor": _listed(AUDITOR),
    "system_administrator": _listed(SYSTEM_ADMINISTRATOR),
    "security_administrator": _listed(SECURITY_ADMINISTRATOR),
    "audit_administrator": _listed(AUDIT_ADMINISTRATOR),
}
# What everybody does with what is their own, whatever their posts.
EVERYBODY = {"delete own views", "delegate own posts", "mind own channels"}
ACTIVITIES = frozenset().union(EVERYBODY, *ROLES.values())

# Done for the system as a whole; a post without a place does them too.
WITHOUT_PLACE = {
    *("keep the calendar", "keep ways outward"),
    *("read the trail", "see every job", "read packs", "manage users", "see alarms"),
    "take users away",
}
# What is meant for everybody below as well: a village knows the departments of its county.
UPWARD = {"read units"}
# The liaison of one department does these with that department's things only.
BY_DEPARTMENT = {
    *("see deliveries", "see rows", "see returned answers", "take returned answers"),
}
# Only with what one made oneself.
BY_OWNER = {"see the own job", "see own exports", "see own imports", "delete own scenarios"}
# Never with what one made oneself.
BY_OTHERS = {"decide requests"}
# Only while the household is in one of these states.
BY_STATE = {
    "change the registry": {"active"},
    "act on households": {"active"},
    "unmask": {"active", "dissolved"},
}


@dataclass(frozen=True)
class Holds:
    """One post: role, leading digits of the place ("" = none), department ("" = none)."""

    role: str
    place: str = ""
    department: str = ""


@dataclass(frozen=True)
class Thing:
    """What a page is about: where it lies (leading digits, all of which the post must reach; "" =
    nowhere in particular), whose it is, in which state, and the words of its address."""

    name: str
    place: str = ""
    department: str = ""
    owner: str = ""
    state: str = ""
    absent: bool = False
    words: dict[str, object] = field(default_factory=dict, hash=False)


def gets(actor: str, posts: tuple[Holds, ...], activity: str, thing: Thing | None) -> bool:
    """Whether somebody named `actor` with these posts may do this with the thing (None: at all)."""
    if thing is not None and thing.absent:
        return False
    if activity in EVERYBODY:
        return thing is not None and thing.owner == actor
    return any(_by_one_post(actor, post, activity, thing) for post in posts)


def _by_one_post(actor: str, post: Holds, activity: str, thing: Thing | None) -> bool:
    if activity not in ROLES[post.role]:
        return False
    if activity not in WITHOUT_PLACE and not post.place:
        return False
    if thing is None:
        return True
    if activity in BY_OWNER:
        return thing.owner == actor
    if thing.place and activity not in WITHOUT_PLACE and not thing.place.startswith(post.place):
        return activity in UPWARD and post.place.startswith(thing.place)
    if activity in BY_OTHERS and thing.owner == actor:
        return False
    if activity in BY_DEPARTMENT and post.department and thing.department != post.department:
        return False
    return not (thing.state and activity in BY_STATE and thing.state not in BY_STATE[activity])


# -- fields ---------------------------------------------------------------------------------------
# Which groups of fields each role is shown, and which it changes, as the roles are described.

EVERY_GROUP = frozenset(
    {
        *("identity", "contact", "bank", "health", "disability", "education", "work"),
        *("insurance", "income", "housing", "household", "helper"),
    }
)
SHOWN: dict[str, frozenset[str]] = {
    "county_bureau": EVERY_GROUP,
    "township_officer": EVERY_GROUP,
    "village_worker": EVERY_GROUP,
    "department_liaison": frozenset({"identity", "household"}),
    "approver": EVERY_GROUP - {"contact", "bank"},
    "leader": frozenset(
        ["household", "income", "housing", "helper", "work", "education", "insurance"]
    ),
    "auditor": frozenset(["household", "income", "housing", "helper", "insurance"]),
    "system_administrator": frozenset(),
    "security_administrator": frozenset(),
    "audit_administrator": frozenset(),
}
CHANGED: dict[str, frozenset[str]] = {
    "county_bureau": EVERY_GROUP,
    "township_officer": EVERY_GROUP,
    "village_worker": EVERY_GROUP - {"identity", "bank"},
}
OF_DEPARTMENT = {
    "医疗保障局": frozenset({"insurance", "health"}),
    "教育局": frozenset({"education"}),
    "残疾人联合会": frozenset({"disability"}),
    "民政局": frozenset({"insurance", "income"}),
}


def shown_groups(posts: tuple[Holds, ...], place: str) -> frozenset[str]:
    """Groups shown to somebody with these posts for a household at `place`."""
    return _groups(posts, place, SHOWN)


def changed_groups(posts: tuple[Holds, ...], place: str) -> frozenset[str]:
    """Groups that somebody with these posts changes for a household at `place`."""
    return _groups(posts, place, CHANGED)


def _groups(
    posts: tuple[Holds, ...], place: str, table: dict[str, frozenset[str]]
) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for post in posts:
        if post.place and place.startswith(post.place):
            found |= table.get(post.role, frozenset())
            if post.role == "department_liaison":
                found |= OF_DEPARTMENT.get(post.department, frozenset())
    return found
