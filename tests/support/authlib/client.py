"""usage: client.py SETTINGS    A Django site that links accounts by Authlib's client registry, on a free loopback port.

SETTINGS is the site's Python file with `AUTHLIB_OAUTH_CLIENTS = {...}`. Prints `ready ADDRESS` and serves until SIGTERM.
The one person's tokens are kept by the entry's name, as a site keeps them by its own users.
"""
import json
import os
import runpy
import secrets
import sys

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain http, on loopback only

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    AUTHLIB_OAUTH_CLIENTS=runpy.run_path(sys.argv[1])["AUTHLIB_OAUTH_CLIENTS"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", f"{__name__}.told_as_json"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=secrets.token_urlsafe(),
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
)
django.setup()

from authlib.integrations.django_client import OAuth, token_update
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path

from serving import serve

oauth, tokens, updates = OAuth(), {}, []
for _name in settings.AUTHLIB_OAUTH_CLIENTS:
    oauth.register(_name)


def keep_renewed(name, token, **_):
    tokens[name] = {**tokens[name], **token}
    updates.append({"name": name, "token": token})


token_update.connect(keep_renewed, weak=False)


def told_as_json(respond):
    """Middleware: what Authlib refuses is told by its name."""

    def middleware(request):
        return respond(request)

    middleware.process_exception = lambda _request, error: JsonResponse({"error": type(error).__name__, "description": str(error)}, status=500)
    return middleware


def link(request, name):
    return oauth.create_client(name).authorize_redirect(request, request.build_absolute_uri(f"/callback/{name}"))


def callback(request, name):
    tokens[name] = oauth.create_client(name).authorize_access_token(request)
    return JsonResponse(tokens[name])


def userinfo(_request, name):
    return JsonResponse(oauth.create_client(name).userinfo(token=tokens[name]))


def expire(_request, name):
    """The token's time is over, as far as the site knows."""
    tokens[name]["expires_at"] = 1
    return JsonResponse({})


def ask(request, name):
    """Asks the provider's API: `method`, `url`, and what `requests` takes besides."""
    told = json.loads(request.body)
    answer = oauth.create_client(name).request(told.pop("method"), told.pop("url"), token=tokens[name], **told)
    return JsonResponse({"status": answer.status_code, "body": answer.text})


urlpatterns = [
    path("link/<name>", link),
    path("callback/<name>", callback),
    path("userinfo/<name>", userinfo),
    path("expire/<name>", expire),
    path("ask/<name>", ask),
    path("updates", lambda _request: JsonResponse(updates, safe=False)),
]

if __name__ == "__main__":
    serve(lambda _address: get_wsgi_application())
