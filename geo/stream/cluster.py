"""The cluster: workers of a Dask cluster that carry out pieces, each with the grids made ready once.

The index is built once, here, and kept in a file for as long as the work goes on. The grids go to each worker
process once, as a plug-in of Dask's, which a worker that joins or is started again is given as well, and with
them where that file is: workers of this machine map it and share its memory; those of another machine build
the index once and share that. A task holds its piece alone. What a lost worker had begun, Dask has another
do, from the same piece and grids, so that the answer is the same to the last bit.

A cluster is trusted: its scheduler and workers run what they are sent, and send what is unpacked here.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from geo.assignment.locator import Locator
from geo.errors import InputError, SetupMissing, SystemFailure
from geo.index.shelf import Shelf
from geo.stream.batch import Outcome, Piece
from geo.stream.crew import Crew, in_order

if TYPE_CHECKING:
    from distributed import Client

_SCHEMES = ("tcp://", "tls://")
_ANSWERS_S = 20
_FOR_A_THREAD = 2


@contextmanager
def cluster(address: str, locator: Locator, *, points: int, places: bool) -> Iterator[Crew]:
    """Yield a crew of the workers of a cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.5:8786``.
    locator : Locator
        The grids.
    points : int
        About how many points will be asked for.
    places : bool
        Whether the coordinates are wanted besides.

    Raises
    ------
    InputError
        Where the address is none.
    SetupMissing
        Where Dask is missing here, or Gridcircle, of this version, on a worker.
    SystemFailure
        Where no scheduler answers, or it has no workers.
    """
    client = _client(address)
    from geo.stream.worker import Grids

    try:
        with TemporaryDirectory(prefix="gridcircle-index-") as folder:
            if locator.index is not None:
                locator.index.keep_on(Shelf(Path(folder)))
            grids = Grids(locator, points, Path(folder))
            client.register_plugin(grids)
            try:
                yield lambda pieces: _carried_out(client, grids.name, pieces, places=places)
            finally:
                client.unregister_worker_plugin(grids.name)
    finally:
        client.close()


def _carried_out(client: "Client", name: str, pieces: Iterable[Piece], *, places: bool) -> Iterator[Outcome]:
    from geo.stream.worker import work_there

    def submit(piece: Piece) -> Any:
        # Not pure: equal pieces of two runs must not share an answer that is still kept somewhere.
        return client.submit(work_there, piece, name, places=places, pure=False)

    ahead = _FOR_A_THREAD * max(1, sum(client.nthreads().values()))
    try:
        # Nobody else holds a future, so that its answer leaves the cluster as soon as it is fetched.
        yield from in_order(pieces, submit, ahead=ahead)
    except _lost() as error:
        raise SystemFailure(
            f"The cluster lost a part of the work for good ({error}); look at its log, and start again."
        ) from error


def _client(address: str) -> "Client":
    if not address.startswith(_SCHEMES):
        raise InputError(
            f"“{address[:60]}” is no address of a scheduler; say one such as tcp://10.0.0.5:8786.",
            scheduler=address[:200],
        )
    try:
        from distributed import Client
    except ImportError as error:
        raise SetupMissing(
            "Dask is not installed here; install it beside Gridcircle: pip install 'gridcircle[dask]'."
        ) from error
    try:
        client = Client(address, timeout=_ANSWERS_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SystemFailure(
            f"No scheduler answers at {address} ({error}); start it, or correct it."
        ) from error
    _require_workers(client, address)
    return client


def _require_workers(client: "Client", address: str) -> None:
    """Refuse a cluster without workers, or with one that has not our version."""

    def installed() -> str | None:
        # By value: a worker without Gridcircle could not find a function of ours by its name.
        from importlib import metadata

        try:
            return metadata.version("gridcircle")
        except metadata.PackageNotFoundError:
            return None

    try:
        client.wait_for_workers(1, timeout=_ANSWERS_S)
        found = client.run(installed)
    except (OSError, TimeoutError) as error:
        client.close()
        raise SystemFailure(f"The scheduler at {address} has no worker; start one.") from error
    ours = metadata.version("gridcircle")
    other = {worker: version for worker, version in found.items() if version != ours}
    if other:
        client.close()
        worker, version = min(other.items())
        raise SetupMissing(
            f"The worker {worker} has {version or 'no Gridcircle'}, and this is {ours}; install the same on "
            "all workers.",
            worker=worker,
        )


def _lost() -> tuple[type[Exception], ...]:
    """Return what Dask raises where work is lost for good, or the scheduler is gone."""
    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError
    from distributed.scheduler import KilledWorker

    return (KilledWorker, FutureCancelledError, CommClosedError)
