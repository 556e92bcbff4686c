"""What the tokens are for: an API that takes an OAuth 1 signature or a Bearer token (RFC 6750)."""
from authlib.oauth1.errors import OAuth1Error
from flask import jsonify, request

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


class Api:
    def __init__(self, oauth1, oauth2):
        self.oauth1, self.oauth2 = oauth1, oauth2

    def holder(self):
        """The protocol and the token with which the request came, or (None, the refusal)."""
        if request.authorization and request.authorization.type == "bearer":
            token = self.oauth2.borne()
            return ("oauth2", token) if token else (None, unauthorized("Bearer", "invalid_token"))
        try:
            return "oauth1", self.oauth1.protector.acquire()
        except OAuth1Error as error:
            return None, unauthorized("OAuth", error.error, error.description or "", dict(error.get_body()))

    def answer(self, path):
        protocol, token = self.holder()
        if protocol is None:
            return token
        person = token.user
        if path == "me":
            if protocol == "oauth1":  # as the interfaces of that age have it: a number, and no `sub`
                return jsonify(id=person.number, screen_name=person.name, name=person.name.title(), email=person.claims()["email"])
            return jsonify(id=person.number, **person.claims())
        return jsonify(
            protocol=protocol, user=person.name, client_id=token.client_id, method=request.method, path=request.path,
            query=own(request.args), form=own(request.form), body=request.get_data(as_text=True),
            headers={name.lower(): value for name, value in request.headers if name != "Authorization"})

    def routes(self):
        yield "/api/<path:path>", self.answer, METHODS


def own(pairs):
    """The request's own parameters, without those of OAuth 1."""
    return [[name, value] for name, value in pairs.items(multi=True) if not name.startswith("oauth_")]


def unauthorized(scheme, error, description="", more=None):
    told = {**(more or {}), "error": error, "error_description": description}
    return jsonify(told), 401, {"WWW-Authenticate": f'{scheme} realm="api", error="{error}"'}
