"""Addresses of imports, exports and snapshots of the registry."""

from django.urls import path

from fangpin.web.views import exchange

urlpatterns = [
    path("registry/imports/", exchange.imports, name="registry-imports"),
    path("registry/imports/<int:pk>/", exchange.one_import, name="registry-import"),
    path("registry/imports/<int:pk>/apply/", exchange.apply, name="registry-import-apply"),
    path("registry/imports/<int:pk>/again/", exchange.again, name="registry-import-again"),
    path("registry/imports/<int:pk>/undo/", exchange.undo, name="registry-import-undo"),
    path("registry/imports/<int:pk>/discard/", exchange.discard, name="registry-import-discard"),
    path("registry/imports/<int:pk>/report/", exchange.report, name="registry-import-report"),
    path("registry/template/", exchange.template, name="registry-template"),
    path("registry/export/", exchange.export, name="registry-export"),
    path("registry/snapshots/", exchange.snapshots, name="registry-snapshots"),
    path(
        "registry/snapshots/<int:pk>/remove/", exchange.remove_snapshot,
        name="registry-snapshot-remove",
    ),
]  # fmt: skip
