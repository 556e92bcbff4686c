"""The OAuth 1.0a provider (RFC 5849): Authlib's server over stores in memory."""
from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri, url_encode
from authlib.integrations.flask_oauth1 import AuthorizationServer, ResourceProtector
from authlib.oauth1 import ClientMixin, TemporaryCredential, TokenCredentialMixin
from authlib.oauth1.errors import InvalidClientError, InvalidRequestError, InvalidTokenError, MissingRequiredParameterError, OAuth1Error
from authlib.oauth1.rfc5849.base_server import BaseServer
from flask import Response, redirect, request

from knobs import knobs, now
from people import Person, page, sign_in_page, who_allowed
from signed_request import VERIFIERS, SignedRequest

CLIENTS = {
    "consumer": "client-secret-0123456789abcdef0123456789abcdef",
    "odd %41consumer&=": "s%41cret +/&=\u00e9",  # both right only when encoded once (RFC 5849 §3.6)
    "rsa": None,  # signs with a key whose public half a test sets
}

for _name, _verify in VERIFIERS.items():
    BaseServer.register_signature_method(_name, _verify)


class Client(ClientMixin):
    def __init__(self, secret):
        self.secret, self.public_key = secret, None

    def get_default_redirect_uri(self):
        return None

    def get_client_secret(self):
        return self.secret

    def get_rsa_public_key(self):
        return self.public_key


class TokenCredential(TokenCredentialMixin):
    def __init__(self, members, client_id, person):
        self.members, self.client_id, self.user = members, client_id, person
        self.expires_at, self.handle = None, None  # Session extension

    def get_oauth_token(self):
        return self.members["oauth_token"]

    def get_oauth_token_secret(self):
        return self.members["oauth_token_secret"]


class TimestampRefused(OAuth1Error):
    """With the word that the Problem Reporting extension has for it."""

    error, status_code = "invalid_request", 401

    def get_body(self):
        return [*super().get_body(), ("oauth_problem", "timestamp_refused")]


class TokenExpired(OAuth1Error):
    """With the word of the Problem Reporting extension, which the Session extension (§4) has for it too."""

    error, status_code = "invalid_token", 401

    def get_body(self):
        return [*super().get_body(), ("oauth_problem", "token_expired")]


class Strict:
    """Both of Authlib's judges, on our reading of the request and on the provider's clock."""

    SUPPORTED_SIGNATURE_METHODS = list(VERIFIERS)
    EXPIRY_TIME = None  # Authlib looks at the real clock, and takes times that lie ahead

    def validate_timestamp_and_nonce(self, signed):
        signed.check_form()
        told = signed.timestamp
        if told and told.isdecimal() and abs(now() - int(told)) > 300:
            raise TimestampRefused()
        super().validate_timestamp_and_nonce(signed)


class Server(Strict, AuthorizationServer):
    def create_oauth1_request(self, _request):
        try:
            return SignedRequest(request)
        except ValueError as error:
            raise InvalidRequestError(str(error)) from error


class Protector(Strict, ResourceProtector):
    def acquire(self, may_be_expired=False):
        """The token credential that signed the request; raises OAuth1Error."""
        try:
            signed = SignedRequest(request)
        except ValueError as error:
            raise InvalidRequestError(str(error)) from error
        for name in ("oauth_consumer_key", "oauth_token"):
            if not signed.oauth_params.get(name):
                raise MissingRequiredParameterError(name)
        signed.client = self.get_client_by_id(signed.client_id)
        if not signed.client:
            raise InvalidClientError()
        signed.credential = self.get_token_credential(signed)
        if not signed.credential:
            raise InvalidTokenError()
        self.validate_timestamp_and_nonce(signed)
        self.validate_oauth_signature(signed)
        expires_at = signed.credential.expires_at
        if expires_at is not None and expires_at <= now() and not may_be_expired:
            raise TokenExpired()
        return signed.credential


class OAuth1:
    """Clients, credentials and nonces in memory, and the endpoints over them."""

    def __init__(self, app):
        self.clients = {key: Client(secret) for key, secret in CLIENTS.items()}
        self.temporary, self.tokens, self.nonces = {}, {}, set()
        self.server = Server(app, query_client=self.clients.get)
        for hook in ("exists_nonce", "create_temporary_credential", "get_temporary_credential", "delete_temporary_credential",
                     "create_authorization_verifier", "create_token_credential"):
            self.server.register_hook(hook, getattr(self, hook))
        self.protector = Protector(app, self.clients.get, self.find_token, self.exists_nonce)

    # what Authlib asks of a store

    def exists_nonce(self, *nonce):
        known = nonce in self.nonces
        self.nonces.add(nonce)
        return known

    def create_temporary_credential(self, token, client_id, redirect_uri):
        made = TemporaryCredential({**token, "client_id": client_id, "oauth_callback": redirect_uri})
        self.temporary[made.get_oauth_token()] = made
        return made

    def get_temporary_credential(self, token):
        return self.temporary.get(token)

    def delete_temporary_credential(self, token):
        self.temporary.pop(token, None)

    def create_authorization_verifier(self, credential, person, verifier):
        credential.update(oauth_verifier=verifier, user_id=person.name)

    def create_token_credential(self, token, credential):
        made = TokenCredential(token, credential.get_client_id(), Person(credential["user_id"]))
        self.tokens[made.get_oauth_token()] = made
        return made

    def find_token(self, client_id, token):
        found = self.tokens.get(token)
        return found if found and found.client_id == client_id else None

    # what a test may ask for

    def set_rsa_key(self, public_key):
        self.clients["rsa"].public_key = public_key

    def revoke(self):
        self.tokens.clear()

    # the endpoints

    def initiate(self):
        answer = self.server.create_temporary_credentials_response()
        if answer.status_code != 200:
            return answer
        # Authlib writes Python's True where RFC 5849 §2.1 has "true".
        credentials, confirmed = answer.get_data(as_text=True).split("&oauth_callback_confirmed=True")
        if knobs["oauth1_callback_confirmed"] is not None:
            confirmed = f"&oauth_callback_confirmed={knobs['oauth1_callback_confirmed']}"
        return self.answer(credentials + confirmed + knobs["oauth1_temporary_extra"])

    def token(self):
        try:
            handle = SignedRequest(request).oauth_params.get("oauth_session_handle")
        except ValueError:
            handle = None  # Authlib says what is wrong with it
        if handle is not None:
            return self.renewed(handle)
        answer = self.server.create_token_response()
        if answer.status_code != 200:
            return answer
        text = answer.get_data(as_text=True)
        made = self.tokens[text.split("&")[0].removeprefix("oauth_token=")]
        if knobs["oauth1_says_who"]:
            text += f"&user_id={made.user.number}&screen_name={made.user.name}"
        if knobs["oauth1_session"]:
            text += self.begin_session(made)
        return self.answer(text + knobs["oauth1_token_extra"])

    # the Session extension (OAuth Session 1.0, draft 1), which Authlib does not have

    def begin_session(self, made):
        """The members that say so. Each handle is good once."""
        session = knobs["oauth1_session"]
        made.expires_at, made.handle = now() + session["life"], generate_token(24)
        told = f"&oauth_expires_in={session['life']}&oauth_authorization_expires_in=86400"
        return told + (f"&oauth_session_handle={made.handle}" if session.get("says_handle", True) else "")

    def renewed(self, handle):
        """Section 3: the old token signs, expired or not, and its handle goes along."""
        try:
            old = self.protector.acquire(may_be_expired=True)
        except OAuth1Error as error:
            return Response(url_encode(error.get_body()), error.status_code)
        if old.handle is None or handle != old.handle:
            return Response("oauth_problem=token_rejected", 401)
        del self.tokens[old.get_oauth_token()]
        pair = {"oauth_token": generate_token(42), "oauth_token_secret": generate_token(48)}
        made = self.tokens[pair["oauth_token"]] = TokenCredential(pair, old.client_id, old.user)
        told = self.begin_session(made)
        if not knobs["oauth1_session"].get("says_handle", True):
            made.handle = old.handle
        return self.answer(url_encode(list(pair.items())) + told)

    def answer(self, text):
        return Response(text, headers={"Content-Type": knobs["oauth1_content_type"], "Cache-Control": "no-store"})

    def authorize(self):
        credential = self.temporary.get(request.args.get("oauth_token"))
        if credential is None or "oauth_verifier" in credential:
            return page("Not known", "<p>This request is not known, or was answered before.</p>"), 400
        if request.method == "GET":
            return sign_in_page(credential.get_client_id(), "to act for you")
        person, callback = who_allowed(request.form), credential.get_redirect_uri()
        if person is None:
            self.delete_temporary_credential(credential.get_oauth_token())
            return self.denial(credential, callback)
        if callback == "oob":
            pin = generate_token(7, "0123456789")
            self.create_authorization_verifier(credential, person, pin)
            return page("PIN", f'<p>Your PIN is <code id="pin">{pin}</code></p>')
        verifier = generate_token(36)
        self.create_authorization_verifier(credential, person, verifier)
        token = knobs["oauth1_callback_token"] or credential.get_oauth_token()
        return redirect(add_params_to_uri(callback, [("oauth_token", token), ("oauth_verifier", verifier)]))

    @staticmethod
    def denial(credential, callback):
        """RFC 5849 has no word for "no", so every provider has its own."""
        if callback == "oob":
            return page("Refused", "<p>Nothing was authorized.</p>")
        token = credential.get_oauth_token()
        return redirect(add_params_to_uri(callback, {
            "error": [("error", "access_denied"), ("error_description", "The person said no"), ("oauth_token", token)],
            "denied": [("denied", token)],
            "problem": [("oauth_token", token), ("oauth_problem", "user_refused")],
            "token": [("oauth_token", token)],
            "nothing": [],
        }[knobs["oauth1_denial"]]))

    def routes(self):
        yield "/oauth1/initiate", self.initiate, ["POST"]
        yield "/oauth1/authorize", self.authorize, ["GET", "POST"]
        yield "/oauth1/token", self.token, ["POST"]
