"""Cases: a household or a place on its way through a procedure that a pack declares."""
