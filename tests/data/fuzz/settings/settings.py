import os
BASE = f"{os.environ["X"]:>{10}} {{x}}"
AUTHLIB_OAUTH_CLIENTS: dict = {
    'one': {"client_id": r'x\d' u"\u00e9" '''z'''},
}; DEBUG = False
