"""Settings of a job process in a test: the product's own, with the test's database."""

import os

from fangpin.web.settings import *  # noqa: F403

DATABASES["default"] |= {  # noqa: F405
    key: os.environ[f"TEST_DB_{key}"] for key in ("NAME", "HOST", "PORT", "USER", "PASSWORD")
}
