"""A request signed by OAuth 1.0a (RFC 5849 §3), read off the wire.

Authlib's own `OAuth1Request` is not used to judge signatures, because it refuses some that are right:
- It unescapes the value of each `oauth_` parameter once when it reads the header and again for the base string, so a
  callback, key or token that holds `%` after decoding is checked as another text (RFC 5849 §3.6 encodes once).
- Flask hands it the decoded address and the form as a flat dictionary: escapes in the path, characters outside ASCII
  and repeated names are lost before the base string is made (§3.4.1.3.2 keeps duplicates).
- Its header parser makes a dictionary too, so a protocol parameter given twice goes unnoticed (§3.1 forbids it).
This reads the raw target, the raw body and the raw header, and is strict where Authlib is lenient.
"""
import base64
import hashlib
import hmac
import re
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from authlib.oauth1 import OAuth1Request
from authlib.oauth1.errors import DuplicatedOAuthProtocolParameterError, InvalidRequestError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

PAIR = re.compile(r'\s*([^\s=",]+)="([^"]*)"\s*(?:,|$)')


def escape(text):
    """RFC 5849 §3.6."""
    return quote(text, safe="-._~")


class SignedRequest(OAuth1Request):
    """Authlib's request, filled by our own reading.

    Raises ValueError where the request is not one at all, an OAuth1Error (which is none) where it breaks a rule.
    """

    def __init__(self, request):
        self.method, self.headers, self.uri = request.method, request.headers, request.environ["REQUEST_URI"]
        self.client = self.credential = self.user = self.realm = None
        self.body, self.is_form = request.get_data(cache=True), request.mimetype == "application/x-www-form-urlencoded"
        self.query_params = parse_qsl(urlsplit(self.uri).query, keep_blank_values=True)
        self.body_params = parse_qsl(self.body.decode(), keep_blank_values=True) if self.is_form else []
        self.auth_params = self._read_header(request.headers.get("Authorization", ""))
        self.params = self.query_params + self.body_params + self.auth_params
        places = {"query": self.query_params, "body": self.body_params, "header": self.auth_params}
        oauth = {place: [pair for pair in pairs if pair[0].startswith("oauth_")] for place, pairs in places.items()}
        used = [place for place, pairs in oauth.items() if pairs]
        self.places, self.placement = used, used[0] if used else None
        self._pairs = [pair for pairs in oauth.values() for pair in pairs]
        self.oauth_params = dict(self._pairs)
        self.signature_type = self.placement and self.placement.upper()

    def _read_header(self, header):
        """RFC 5849 §3.5.1: names and values percent-encoded, `realm` as it stands."""
        scheme, _, rest = header.partition(" ")
        if scheme.lower() != "oauth":
            return []
        pairs, at = [], 0
        while at < len(rest):
            pair = PAIR.match(rest, at)
            if not pair:
                raise ValueError("malformed Authorization header")
            at = pair.end()
            if pair[1] == "realm":
                self.realm = pair[2]
                continue
            for part in (pair[1], pair[2]):
                if escape(unquote(part)) != part:
                    raise ValueError(f"not encoded as RFC 5849 §3.6 says: {part}")
            pairs.append((unquote(pair[1]), unquote(pair[2])))
        return pairs

    def check_form(self):
        """What RFC 5849 §3.1 and §3.5 and the body hash extension ask of the parameters, whatever the signature."""
        if len(self.places) > 1 or len(self._pairs) != len(self.oauth_params):
            raise DuplicatedOAuthProtocolParameterError()
        if self.oauth_params.get("oauth_version", "1.0") != "1.0":
            raise InvalidRequestError('Invalid "oauth_version"')
        told = self.oauth_params.get("oauth_body_hash")
        if told is not None:
            digest = hashlib.sha256 if "256" in (self.signature_method or "") else hashlib.sha1
            if self.is_form or told != base64.b64encode(digest(self.body).digest()).decode():
                raise InvalidRequestError('Invalid "oauth_body_hash"')

    @property
    def base_string(self):
        """RFC 5849 §3.4.1, on plain http."""
        host = self.headers["Host"].lower().removesuffix(":80")
        pairs = sorted((escape(name), escape(value)) for name, value in self.params if name != "oauth_signature")
        normalized = "&".join(f"{name}={value}" for name, value in pairs)
        return "&".join(map(escape, (self.method.upper(), f"http://{host}{urlsplit(self.uri).path or '/'}", normalized)))


def hmac_verifier(digest):
    """RFC 5849 §3.4.2, with this hash."""

    def verify(request):
        if not request.client_secret:
            return False
        key = f"{escape(request.client_secret)}&{escape(request.token_secret or '')}"
        right = base64.b64encode(hmac.new(key.encode(), request.base_string.encode(), digest).digest()).decode()
        return hmac.compare_digest(right, request.signature)

    return verify


def rsa_verifier(digest):
    """RFC 5849 §3.4.3, with this hash."""

    def verify(request):
        if not request.rsa_public_key:
            return False
        key = serialization.load_pem_public_key(request.rsa_public_key.encode())
        try:
            key.verify(base64.b64decode(request.signature), request.base_string.encode(), padding.PKCS1v15(), digest())
        except (InvalidSignature, ValueError):
            return False
        return True

    return verify


def plaintext(request):
    """RFC 5849 §3.4.4."""
    right = f"{escape(request.client_secret or '')}&{escape(request.token_secret or '')}"
    return hmac.compare_digest(right, request.signature)


VERIFIERS = {
    "HMAC-SHA1": hmac_verifier(hashlib.sha1),
    "HMAC-SHA256": hmac_verifier(hashlib.sha256),
    "RSA-SHA1": rsa_verifier(hashes.SHA1),
    "PLAINTEXT": plaintext,
}
