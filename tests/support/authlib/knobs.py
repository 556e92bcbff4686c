"""What a test may twist, and the log of what was asked. Untouched, the provider is honest."""
import time

from flask import Response, jsonify, request

from signed_request import SignedRequest

AT_START = {
    "clock": 0,  # seconds by which the provider's clock is ahead
    "rules": [],  # {path, times?, delay_ms?, status?, headers?, body?}: the first that fits answers; without status it only delays
    # OAuth 2
    "access_token_ttl": 3600,  # seconds
    "rotate": True,
    # OAuth 1
    "oauth1_callback_confirmed": "true",  # the word in the answer; None: left out, as in OAuth 1.0 before revision A
    "oauth1_content_type": "application/x-www-form-urlencoded",  # of both answers with credentials
    "oauth1_temporary_extra": "",  # text at the end of the answer with temporary credentials
    "oauth1_token_extra": "",  # text at the end of the answer with token credentials
    "oauth1_says_who": True,  # user_id and screen_name beside the token credentials
    "oauth1_session": None,  # {life, says_handle?}: tokens live for so many seconds and are renewed by their session handle
    "oauth1_callback_token": None,  # goes to the callback in place of the right oauth_token
    "oauth1_denial": "error",  # error | denied (as Twitter) | problem (Problem Reporting) | token (no verifier) | nothing
}
knobs, seen = dict(AT_START), []


def now():
    return time.time() + knobs["clock"]


def keep_body():
    """Flask reads a form once and then has no body any more, unless it was asked for the body first."""
    request.get_data(cache=True)


def answer_by_rule():
    for rule in knobs["rules"]:
        if request.path.startswith(rule["path"]) and rule.get("times", 1) > 0:
            if "times" in rule:
                rule["times"] -= 1
            time.sleep(rule.get("delay_ms", 0) / 1000)
            return Response(rule.get("body", ""), rule["status"], rule.get("headers", {})) if "status" in rule else None
    return None


def note(response):
    if not request.path.startswith("/admin/"):
        scheme = request.headers.get("Authorization", "").partition(" ")[0]
        try:
            signed = SignedRequest(request)
            oauth = {"placement": signed.placement, "realm": signed.realm, **signed.oauth_params} if signed.placement else None
        except ValueError:
            oauth = None
        seen.append({
            "method": request.method, "path": request.path, "target": request.environ["REQUEST_URI"], "status": response.status_code,
            "auth": scheme or None, "oauth": oauth, "params": {**request.args.to_dict(), **request.form.to_dict()},
            "headers": {name.lower(): value for name, value in request.headers}, "body": request.get_data(as_text=True)})
    return response


def install(app, acts):
    """Puts the knobs and the log around every request; `acts` are what else a test may ask for, by name."""
    app.before_request(keep_body)
    app.before_request(answer_by_rule)
    app.after_request(note)

    @app.route("/admin/<name>", methods=["GET", "POST"])
    def admin(name):
        told = request.get_json(silent=True) or {}
        if name == "log":
            return jsonify(seen)
        if name == "reset":
            seen.clear()
            knobs.update(AT_START)
        elif name == "knobs":
            if unknown := told.keys() - AT_START.keys():
                return jsonify(unknown=sorted(unknown)), 400
            knobs.update(told)
        else:
            acts[name](**told)
        return jsonify(knobs)
