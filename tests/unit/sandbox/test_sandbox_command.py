"""`manage.py sandbox`: its options, and one sentence for what is wrong with them."""

import socket

import pytest
import uvicorn
from django.core.management import CommandError, call_command

from smartapp.sandbox.management.commands import sandbox


@pytest.fixture
def served(monkeypatch):
    """What would be served, without serving it."""
    seen = {}

    class Server:
        def __init__(self, config):
            seen["app"] = config.app

        def run(self, sockets):
            for one in sockets:
                one.close()

    monkeypatch.setattr(uvicorn, "Server", Server)
    monkeypatch.setattr(sandbox, "_listen", lambda host, port: socket.socket())
    return seen


def run(*arguments):
    call_command(sandbox.Command(), *arguments)


@pytest.mark.usefixtures("socket_enabled")
def test_it_says_where_it_is(served, capsys):
    run("--port", "9321", "--token-lifetime", "60", "--app-url", "http://127.0.0.1:8001/")
    config = served["app"].state.sandbox.config
    assert "http://localhost:9321/r4/" in capsys.readouterr().out
    assert config.token_lifetime_s == 60
    assert config.app_url == "http://127.0.0.1:8001"
    assert not config.live


@pytest.mark.usefixtures("socket_enabled")
def test_it_tells_what_the_data_folder_held(served, capsys, tmp_path):
    (tmp_path / "one.json").write_text('{"resourceType":"Claim","id":"1"}')
    run("--data", str(tmp_path), "--live")
    assert "Claim (1)" in capsys.readouterr().out
    assert served["app"].state.sandbox.config.live


@pytest.mark.usefixtures("socket_enabled")
def test_unreadable_data_ends_with_one_sentence_and_status_two(tmp_path):
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(CommandError, match=r"broken\.json is not JSON") as caught:
        run("--data", str(tmp_path))
    assert caught.value.returncode == 2


@pytest.mark.usefixtures("socket_enabled")
def test_a_port_in_use_ends_with_one_sentence_and_status_two():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"port {port}") as caught:
            run("--port", str(port))
    assert caught.value.returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "abc"],
        ["--port", "70000"],
        ["--token-lifetime", "0"],
        ["--token-lifetime", "long"],
    ],
)
def test_a_wrong_number_is_refused(arguments):
    with pytest.raises(CommandError):
        run(*arguments)
