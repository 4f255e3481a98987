"""Addresses of the insight pages; each is named after its query or action."""

from django.urls import path

from qunlian.console.insight import today

urlpatterns = [path("", today.show_today, name="insight_today")]
