"""The web server, which lets go of its open streams before it waits for its connections."""

import socket

import uvicorn
from fastapi import FastAPI


class Server(uvicorn.Server):
    """Uvicorn for our application.

    A viewer that follows a job holds a connection open. Uvicorn would wait for it when it stops, and the
    application hears of its own end only after that.
    """

    def __init__(self, app: FastAPI, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then everything else."""
        self._app.state.events.close()
        await super().shutdown(sockets)
