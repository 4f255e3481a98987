from django.apps import AppConfig


class WeComConfig(AppConfig):
    name = "qunlian.platforms.wecom"
    label = "platforms_wecom"
