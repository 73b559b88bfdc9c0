"""The citizens' door: what is handed in on the public page, looked up with two secrets, and
answered by officers."""

from fangpin.disclosure.citizens.answering import answer, close
from fangpin.disclosure.citizens.handing_in import Given, Receipt, submit
from fangpin.disclosure.citizens.status import Status, status_of

__all__ = ["Given", "Receipt", "Status", "answer", "close", "status_of", "submit"]
