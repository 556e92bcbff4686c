"""Serving on a free loopback port until SIGTERM."""
import logging
import signal
import socket
import threading

from werkzeug.http import http_date
from werkzeug.serving import WSGIRequestHandler, make_server

from knobs import now


class Handler(WSGIRequestHandler):
    def date_time_string(self, timestamp=None):
        """The answer's `Date`, by the provider's clock."""
        return http_date(now() if timestamp is None else timestamp)


def serve(make_app):
    """Serves what `make_app` makes for its own address, and prints `ready ADDRESS` when it does."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, make_app(address), threaded=True, request_handler=Handler, fd=listener.fileno())
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"ready {address}", flush=True)
    server.serve_forever()
