"""The web app for work at the door: its shell, and what it asks of the server."""
