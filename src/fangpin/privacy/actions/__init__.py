"""Every write of the rights of persons."""
