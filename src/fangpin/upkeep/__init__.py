"""Keeping an installation in order: backup, restore, self-check."""
