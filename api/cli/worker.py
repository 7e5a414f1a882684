"""``worker``: jobs in a process of their own, for those who want them apart from the pages."""

import threading

import click

from api.cli.report import tell
from api.database import open_engine
from api.jobs.kinds import KINDS
from api.jobs.worker import Worker, Workshop
from api.settings import Settings
from geo.workflows.resident import Resident


@click.command(short_help="Carry out jobs in a process of their own, until Ctrl-C.")
def worker() -> int:
    """Carry out jobs in a process of their own, until Ctrl-C.

    The service does so itself, unless it is started with GRIDCIRCLE_WORKER=off; several may do so at once.
    """
    settings = Settings.from_environment()
    with open_engine(settings) as engine:
        resident = Resident(engine, settings.zone)
        hand = Worker(Workshop(engine, resident, settings, KINDS))
        hand.start()
        tell("Jobs are carried out here, until Ctrl-C.")
        try:
            threading.Event().wait()
        finally:
            hand.stop()
            resident.close()
    return 0
