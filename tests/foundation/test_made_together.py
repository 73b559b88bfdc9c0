"""Tables made together are the same tables."""

from django.core.management import call_command
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader

from fangpin.foundation.made_together import MadeTogether

ONE = ("privacy", "0001_initial")


def _sql(loader: MigrationLoader, base: type[migrations.Migration]) -> list[str]:
    kind = type("Migration", (base,), {"operations": loader.get_migration(*ONE).operations})
    before = loader.project_state([ONE], at_end=False)
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        kind(ONE[1], ONE[0]).apply(before, editor)
    return [line for line in editor.collected_sql if not line.startswith("--")]


def test_the_same_is_asked_of_the_database_as_one_by_one(db: None) -> None:
    loader = MigrationLoader(connection)
    assert isinstance(loader.get_migration(*ONE), MadeTogether)
    together = _sql(loader, MadeTogether)
    assert together == _sql(loader, migrations.Migration)
    assert sum(line.startswith("CREATE TABLE") for line in together) == 5


def test_no_model_was_changed_without_a_migration(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
