"""What every Django part stands on: audit, jobs, settings from the environment, the database server."""
