"""Real use: pages and worker over a PostgreSQL of your own, or over the embedded one."""

import os

from fangpin.foundation import environment
from fangpin.foundation.postgres import Server
from fangpin.web import database
from fangpin.web.demo import Say
from fangpin.web.supervisor import Supervisor, listen_for_stop, refuse_taken_port


def run(*, host: str, port: int, say: Say) -> None:
    """Bring everything up, stay until stopped, take everything down; see `demo.run`."""
    data_dir = environment.data_dir()
    refuse_taken_port(host, port)
    os.environ["DJANGO_SETTINGS_MODULE"] = "fangpin.web.settings"
    own = environment.secret("FANGPIN_DATABASE_URL") is not None
    supervisor = Supervisor(data_dir, None if own else Server(data_dir))
    listen_for_stop()
    try:
        if supervisor.database is not None:
            supervisor.database.start()
        database.connect()
        database.migrate()
        from fangpin.people.demo import refuse_demo_users
        from fangpin.people.models import User

        refuse_demo_users()
        supervisor.start_worker()
        supervisor.start_pages(host, port)
        url = f"http://{'localhost' if host in {'0.0.0.0', '::'} else host}:{port}"
        supervisor.wait_for_pages(url)
        say(f"已就绪 / ready: {url}")
        if not User.objects.exists():
            say("尚无用户，请执行 / nobody can sign in yet, run:  fangpin user add --help")
        supervisor.watch()
    finally:
        supervisor.stop()
        say("已全部停止 / everything has stopped")
