"""The two groups of the community's tests serve here too."""

from tests.community.conftest import two_groups

__all__ = ["two_groups"]
