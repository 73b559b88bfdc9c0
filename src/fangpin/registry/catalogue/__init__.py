"""What each column of the registry means, in YAML, and the words of its codes."""
