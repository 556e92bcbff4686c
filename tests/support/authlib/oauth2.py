"""The OAuth 2 and OpenID provider: Authlib's server over stores in memory."""
import time

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.models import AuthorizationCodeMixin, ClientMixin, TokenMixin
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import jsonify, request
from joserfc.jwk import RSAKey

from knobs import knobs
from people import sign_in_page, who_allowed

SECRET = "client-secret-0123456789abcdef0123456789abcdef"
SCOPES = ["openid", "profile", "email", "read"]
METHODS = ["none", "client_secret_basic", "client_secret_post"]


class Client(ClientMixin):
    id_token_signed_response_alg = "RS256"

    def __init__(self, client_id, method):
        self.client_id, self.method = client_id, method

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        return " ".join(each for each in (scope or "").split() if each in SCOPES)

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri.startswith(("http://127.0.0.1", "http://[::1]", "http://localhost", "app.keybelt:"))

    def check_client_secret(self, client_secret):
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method, endpoint):
        return method == self.method

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type in ("authorization_code", "refresh_token")


class Code(AuthorizationCodeMixin):
    def __init__(self, **members):
        self.__dict__.update(members)
        self.auth_time = int(time.time())

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return self.auth_time

    def get_acr(self):
        return None

    def get_amr(self):
        return None


class Token(TokenMixin):
    def __init__(self, client_id, person, members):
        self.client_id, self.user, self.revoked, self.issued_at = client_id, person, False, time.time()
        self.access_token, self.refresh_token = members["access_token"], members.get("refresh_token")
        self.scope, self.expires_in = members.get("scope", ""), members["expires_in"]

    def check_client(self, client):
        return client.client_id == self.client_id

    def get_scope(self):
        return self.scope

    def get_expires_in(self):
        return self.expires_in

    def is_expired(self):
        return time.time() > self.issued_at + self.expires_in

    def is_revoked(self):
        return self.revoked


class OAuth2:
    """Clients, codes and tokens in memory, and the endpoints over them."""

    def __init__(self, app, issuer):
        self.issuer = issuer
        self.key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        methods = {"public": "none", "basic": "client_secret_basic", "post": "client_secret_post"}
        self.clients = {name: Client(name, method) for name, method in methods.items()}
        self.codes, self.tokens = {}, []
        app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
        self.server = AuthorizationServer(app, self.clients.get, self.save_token)
        self.server.scopes_supported = SCOPES
        provider = self

        class CodeGrant(grants.AuthorizationCodeGrant):
            TOKEN_ENDPOINT_AUTH_METHODS = METHODS

            def save_authorization_code(self, code, request):
                asked, more = request.payload, request.payload.data
                provider.codes[code] = Code(
                    code=code, client_id=request.client.client_id, redirect_uri=asked.redirect_uri, scope=asked.scope,
                    user=request.user, nonce=more.get("nonce"), code_challenge=more.get("code_challenge"),
                    code_challenge_method=more.get("code_challenge_method"))

            def query_authorization_code(self, code, client):
                found = provider.codes.get(code)
                return found if found and found.client_id == client.client_id else None

            def delete_authorization_code(self, authorization_code):
                del provider.codes[authorization_code.code]

            def authenticate_user(self, authorization_code):
                return authorization_code.user

        class Refresh(grants.RefreshTokenGrant):
            TOKEN_ENDPOINT_AUTH_METHODS = METHODS

            @property
            def INCLUDE_NEW_REFRESH_TOKEN(self):
                return knobs["rotate"]

            def authenticate_refresh_token(self, refresh_token):
                return next((each for each in provider.tokens if each.refresh_token == refresh_token and not each.revoked), None)

            def authenticate_user(self, refresh_token):
                return refresh_token.user

            def revoke_old_credential(self, refresh_token):
                if knobs["rotate"]:
                    refresh_token.revoked = True

        class OpenID(OpenIDCode):
            def resolve_client_private_key(self, client):
                return provider.key

            def get_client_claims(self, client):
                return {"iss": provider.issuer}

            def get_encode_header(self, client):
                return {"alg": "RS256", "kid": provider.key.kid}

            def exists_nonce(self, nonce, request):
                return any(code.nonce == nonce for code in provider.codes.values())

            def generate_user_info(self, user, scope):
                return UserInfo(**user.claims())

        class Revocation(RevocationEndpoint):
            CLIENT_AUTH_METHODS = METHODS

            def query_token(self, token_string, token_type_hint):
                return provider.find(token_string)

            def revoke_token(self, token, request):
                token.revoked = True

        self.server.register_grant(CodeGrant, [CodeChallenge(required=True), OpenID()])
        self.server.register_grant(Refresh)
        self.server.register_endpoint(Revocation)

    def save_token(self, token, request):
        token["expires_in"] = knobs["access_token_ttl"]
        self.tokens.append(Token(request.client.client_id, request.user, token))

    def find(self, value):
        return next((each for each in self.tokens if value in (each.access_token, each.refresh_token) and not each.revoked), None)

    def borne(self):
        """The live token that the request bears, or None."""
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        found = self.find(value) if scheme.lower() == "bearer" else None
        return found if found and found.access_token == value and not found.is_expired() else None

    def metadata(self):
        base = self.issuer + "/oauth2"
        return jsonify(
            issuer=self.issuer, authorization_endpoint=base + "/authorize", token_endpoint=base + "/token",
            userinfo_endpoint=base + "/userinfo", jwks_uri=base + "/jwks", revocation_endpoint=base + "/revoke",
            scopes_supported=SCOPES, response_types_supported=["code"], response_modes_supported=["query"],
            grant_types_supported=["authorization_code", "refresh_token"], subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"], code_challenge_methods_supported=["S256"],
            token_endpoint_auth_methods_supported=METHODS)

    def authorize(self):
        try:
            grant = self.server.get_consent_grant(end_user=None)
        except OAuth2Error as error:
            return self.server.handle_error_response(self.server.create_oauth2_request(None), error)
        if request.method == "GET":
            return sign_in_page(grant.client.client_id, f"for {grant.request.payload.scope}")
        person = who_allowed(request.form)
        return self.server.create_authorization_response(grant_user=person, grant=grant)

    def userinfo(self):
        token = self.borne()
        if token is None:
            return jsonify(error="invalid_token"), 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        return jsonify(token.user.claims())

    # what a test may ask for

    def revoke(self):
        for token in self.tokens:
            token.revoked = True

    def expire(self):
        """Ends the access tokens before their time; the refresh tokens stay good."""
        for token in self.tokens:
            token.expires_in = 0

    def routes(self):
        yield "/.well-known/openid-configuration", self.metadata, ["GET"]
        yield "/.well-known/oauth-authorization-server", self.metadata, ["GET"]
        yield "/oauth2/authorize", self.authorize, ["GET", "POST"]
        yield "/oauth2/token", self.server.create_token_response, ["POST"]
        yield "/oauth2/revoke", lambda: self.server.create_endpoint_response("revocation"), ["POST"]
        yield "/oauth2/userinfo", self.userinfo, ["GET"]
        yield "/oauth2/jwks", lambda: jsonify(keys=[self.key.as_dict(private=False)]), ["GET"]
