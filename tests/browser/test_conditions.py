"""What the other browser tests rely on: two sites, and blocked cookies between them."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page


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


@pytest.fixture
def outer() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Framed) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}/outer"
        server.shutdown()


def test_a_frame_of_another_site_keeps_only_partitioned_cookies(page: Page, outer: str) -> None:
    page.goto(outer)
    frame = page.frame_locator("iframe")
    frame.get_by_role("link").click()
    assert frame.locator("p").text_content() == "__Secure-partitioned=1"
