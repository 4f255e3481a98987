from django.apps import AppConfig


class WebPlatformConfig(AppConfig):
    name = "qunlian.platforms.web"
    label = "platforms_web"
