"""Laws are about what holds, not how fast: a slow machine must not fail one."""

from hypothesis import settings

settings.register_profile("laws", deadline=None, print_blob=True)
settings.load_profile("laws")
