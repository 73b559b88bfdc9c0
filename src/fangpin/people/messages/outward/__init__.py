"""Messages that leave the system: how many of which kind, and an address to sign in at; never a
name, a number or a place (docs/messages.md)."""
