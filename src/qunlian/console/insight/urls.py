"""Addresses of the insight pages; each is named after its query or action."""

from django.urls import path

from qunlian.console.insight import lights, places, today

urlpatterns = [
    path("", today.show_today, name="insight_today"),
    path("coverage/map", places.coverage_map, name="insight_coverage_map"),
    path("coverage/lost", lights.list_lost, name="insight_list_lost_stores"),
    path("coverage/lost/export", lights.export_lost, name="insight_every_lost_store"),
]
