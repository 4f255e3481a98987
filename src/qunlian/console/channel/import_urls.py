"""Addresses of imports and exports."""

from django.urls import URLPattern, URLResolver, path

from qunlian.console.channel import imports

urlpatterns: list[URLPattern | URLResolver] = [
    path("imports", imports.list_imports, name="channel_list_imports"),
    path("imports/new", imports.upload_roster, name="channel_upload_roster"),
    path("imports/<int:run_id>", imports.import_card, name="channel_import_card"),
    path("imports/<int:run_id>/check", imports.check_roster, name="channel_check_roster"),
    path("imports/<int:run_id>/load", imports.load_roster, name="channel_load_roster"),
    path("imports/<int:run_id>/cancel", imports.cancel_import, name="channel_cancel_import"),
    path("imports/<int:run_id>/progress", imports.import_progress, name="channel_import_progress"),
    path("imports/<int:run_id>/bad-rows", imports.bad_rows, name="channel_bad_rows"),
    path("imports/template/<str:kind>", imports.roster_template, name="channel_roster_template"),
    path("exports/<str:kind>", imports.export_roster, name="channel_export_roster"),
]
