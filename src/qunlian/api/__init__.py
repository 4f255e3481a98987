"""The API: one ninja router per slice; operation ids are ``<slice>_<action or query>``."""
