"""The first migration of an app makes all its tables at once.

Django draws up the classes of all models that lead to a new one, again for every operation; with a
hundred tables that all lead to the user, that is nearly all the time of a first start. Here they
are drawn up once per migration. For operations of which none needs the state before it: tables that
are made with everything that belongs to them, and triggers.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


class MadeTogether(migrations.Migration):
    """A migration whose operations all see the state after the last of them."""

    def apply(
        self,
        project_state: ProjectState,
        schema_editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,
    ) -> ProjectState:
        """As Django's own; the comments of `sqlmigrate` are left out."""
        before = project_state.clone()
        project_state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(self.app_label, project_state)
        for operation in self.operations:
            operation.database_forwards(self.app_label, schema_editor, before, project_state)
        return project_state
