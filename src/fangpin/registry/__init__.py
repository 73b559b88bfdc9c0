"""Households and persons of record, as far as pages need them."""
