from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "qunlian.site"
    label = "qunlian_site"
