"""Who signs in at the provider, and the one page on which they do."""
import html
import zlib


class Person:
    def __init__(self, name):
        self.name = name

    def get_user_id(self):
        return self.name

    @property
    def number(self):
        """What older interfaces call the user id."""
        return zlib.crc32(self.name.encode())

    def claims(self):
        return {"sub": self.name, "preferred_username": self.name, "name": self.name.title(), "email": f"{self.name}@example.test"}


def page(title, body):
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><h1>Authlib</h1>{body}</html>'


def sign_in_page(client_id, asks):
    return page("Sign in", (
        f"<p>{html.escape(client_id)} asks {html.escape(asks)}</p>"
        '<form method="post"><label>User <input id="login" name="login" value="ada" required></label>'
        '<button id="allow" name="decision" value="allow">Allow</button>'
        '<button id="deny" name="decision" value="deny">Deny</button></form>'))


def who_allowed(form):
    """The person who pressed "allow" on the page, or None."""
    return Person(form["login"]) if form.get("decision") == "allow" else None
