"""Settings of the test session: the product's own, over a throw-away data folder."""

import os
import tempfile
from pathlib import Path

for _name in [name for name in os.environ if name.startswith("FANGPIN_")]:
    if not _name.startswith("FANGPIN_TEST_"):
        del os.environ[_name]  # a developer's own installation is never touched
_folder = Path(tempfile.mkdtemp(prefix="fangpin-tests-"))
os.environ["FANGPIN_DATA_DIR"] = str(_folder)
os.environ["FANGPIN_DEMO"] = "1"
os.environ["FANGPIN_JOB_NICE"] = "0"  # tests wait for jobs while other tests keep the machine busy

from fangpin.web.settings import *  # noqa: E402, F403

# Each test client loads the middleware; looking for every file of every package then takes longer
# than most pages. tests/browser serves the files as the product does.
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed
# Tests that commit empty all tables afterwards; in use the database refuses that for the audit.
DATABASES["default"]["OPTIONS"]["options"] = "-c fangpin.audit_may_be_emptied=on"  # noqa: F405
