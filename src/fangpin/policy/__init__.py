"""Policy packs: language, types, parameters, loading, checking, diffing. Free of Django."""
