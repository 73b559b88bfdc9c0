"""The registry in and out: wide tables, dry run, all or nothing, snapshots for screening."""
