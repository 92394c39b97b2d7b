"""Small servers of other sites, for pages that frame one another."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Framed(BaseHTTPRequestHandler):
    """A page that frames another site's, which sets two cookies and is then asked for them."""

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""

    def do_GET(self) -> None:
        _, port = self.connection.getsockname()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        body = f"<p>{self.headers.get('Cookie')}</p>"
        if self.path == "/outer":
            body = f'<iframe src="http://127.0.0.1:{port}/set"></iframe>'
        if self.path == "/set":
            flags = "Secure; HttpOnly; SameSite=None; Path=/"
            self.send_header("Set-Cookie", f"unpartitioned=1; {flags}")
            self.send_header("Set-Cookie", f"__Secure-partitioned=1; {flags}; Partitioned")
            body = '<a href="/read">read</a>'
        self.end_headers()
        self.wfile.write(body.encode())


class Foreign(BaseHTTPRequestHandler):
    """A page that frames what its query names."""

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        target = self.path.partition("?")[2]
        self.wfile.write(f'<iframe src="{target}"></iframe>'.encode())


@contextmanager
def serving(site: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Run a site; gives its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}/"
        server.shutdown()
