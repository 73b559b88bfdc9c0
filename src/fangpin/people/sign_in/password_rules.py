"""A password does not contain what everybody around knows: names of people, places, offices."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language

from fangpin.kernel.errors import Text
from fangpin.people.models import Post, User

_OURS = ("fangpin", "防贫", "fupin", "扶贫", "xiangcun", "乡村振兴")
_ENDINGS = "省市县区乡镇村局委办"
_REFUSED = Text(
    "密码不能包含姓名、用户名、地名、单位名或系统名",
    "a password contains no name of a person, a place, an office or this system",
)


class NoNames:
    """A validator as Django's AUTH_PASSWORD_VALIDATORS knows them."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a password that contains such a name."""
        text = password.casefold()
        if any(name in text for name in self._names(user)):
            raise ValidationError(_said(_REFUSED), code="password_contains_name")

    def get_help_text(self) -> str:
        """What is asked for, in words."""
        return _said(_REFUSED)

    @staticmethod
    def _names(user: User | None) -> set[str]:
        names = set(_OURS)
        if user is None:
            return names
        names |= {user.username.casefold(), user.full_name.casefold()}
        if user.pk:
            held = Post.objects.filter(user=user).select_related("place__parent__parent", "unit")
            for post in held:
                place = post.place
                while place is not None:
                    names |= {place.name, place.name.rstrip(_ENDINGS)}
                    place = place.parent
                names |= {post.department, post.unit.name if post.unit else ""}
        return {name for name in names if len(name) > 1}


def _said(text: Text) -> str:
    return text.en if (get_language() or "").startswith("en") else text.zh


def is_over(user: User, days: int) -> bool:
    """Whether the password is older than `days` (0: passwords do not age)."""
    if not days or user.password_set_at is None:
        return False
    return (timezone.now() - user.password_set_at).days >= days
