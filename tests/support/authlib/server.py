"""usage: server.py    OAuth 1.0a, OAuth 2 and OpenID, and an API for all of them, on Authlib and a free loopback port.

Prints `ready ISSUER` on stdout and serves until SIGTERM. Knobs for tests are under /admin.
"""
import os

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain http, on loopback only

from flask import Flask

import knobs
from api import Api
from oauth1 import OAuth1
from oauth2 import OAuth2
from serving import serve


def make_app(issuer):
    app = Flask(__name__)
    oauth1, oauth2 = OAuth1(app), OAuth2(app, issuer)

    def revoke():
        oauth1.revoke()
        oauth2.revoke()

    knobs.install(app, {"revoke": revoke, "expire": oauth2.expire, "rsa-key": oauth1.set_rsa_key})
    for part in (oauth1, oauth2, Api(oauth1, oauth2)):
        for path, view, methods in part.routes():
            app.add_url_rule(path, endpoint=path, view_func=view, methods=methods)
    return app


if __name__ == "__main__":
    serve(make_app)
