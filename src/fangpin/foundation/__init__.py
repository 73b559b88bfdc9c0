"""What every Django part stands on: audit, jobs, settings from the environment, PostgreSQL."""
