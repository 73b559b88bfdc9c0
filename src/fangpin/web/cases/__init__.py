"""Cases on pages: the entries of a step as inputs of a form, and what was sent for them."""
