"""Pages for everybody: files written by the worker, and the forms of the citizens' door."""
