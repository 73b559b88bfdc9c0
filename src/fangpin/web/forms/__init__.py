"""Forms of the registry: inputs made from the catalogue, what was sent, two sides of a conflict."""

from fangpin.web.forms.conflict import Side, sides
from fangpin.web.forms.inputs import Input, from_field, inputs_of, sent, with_problems

__all__ = ["Input", "Side", "from_field", "inputs_of", "sent", "sides", "with_problems"]
