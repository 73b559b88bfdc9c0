"""Signing in: attempts are counted, a second factor is asked for, sessions can be ended."""
