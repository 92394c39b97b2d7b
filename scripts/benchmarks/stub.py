"""A FHIR server that only waits and answers: the same bytes for every search of a type.

Run as a program of its own: `stub.py PORT LATENCY_MS FOLDER`, the folder holding `Type.json`.
Below `/hang/` nothing is ever answered.
"""

import asyncio
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

EMPTY = b'{"resourceType":"Bundle","type":"searchset","entry":[]}'


class Stub:
    """Counts what it is asked; `/count` gives the number and starts again at 0."""

    def __init__(self, latency_s: float, folder: Path) -> None:
        self.latency_s = latency_s
        self.bodies = {path.stem: path.read_bytes() for path in folder.glob("*.json")}
        self.asked = 0

    async def count(self, request: Request) -> Response:
        asked, self.asked = self.asked, 0
        return Response(str(asked))

    async def answer(self, request: Request) -> Response:
        self.asked += 1
        await asyncio.sleep(self.latency_s)
        path = request.path_params
        body = self.bodies.get("-".join(filter(None, (path["name"], path.get("id")))), EMPTY)
        return Response(body, media_type="application/fhir+json")

    async def hang(self, request: Request) -> Response:
        await asyncio.sleep(3600)
        return Response(EMPTY)


def main() -> None:
    port, latency_ms, folder = sys.argv[1:]
    stub = Stub(int(latency_ms) / 1000, Path(folder))
    routes = [
        Route("/count", stub.count),
        Route("/hang/{rest:path}", stub.hang),
        Route("/r4/{name}", stub.answer, methods=["GET", "POST"]),
        Route("/r4/{name}/{id}", stub.answer, methods=["GET", "POST"]),
    ]
    uvicorn.run(Starlette(routes=routes), port=int(port), log_level="error", access_log=False)


if __name__ == "__main__":
    main()
