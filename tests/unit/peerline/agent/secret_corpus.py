"""Synthetic secrets in the places where real ones are found; seeded, so always the same."""

import base64
import random
import string
from collections.abc import Callable

_ALNUM = string.ascii_letters + string.digits
_URL = _ALNUM + "_-"
_HEX = "0123456789abcdef"
_UPPER = string.ascii_uppercase + string.digits

Random = random.Random


def _of(chars: str, count: int) -> Callable[[Random], str]:
    return lambda rng: "".join(rng.choices(chars, k=count))


def _shaped(template: str, chars: str, *counts: int) -> Callable[[Random], str]:
    """A template whose `{}` are random texts."""
    return lambda rng: template.format(*("".join(rng.choices(chars, k=n)) for n in counts))


def _jwt(rng: Random) -> str:
    def part(text: str) -> str:
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    signature = "".join(rng.choices(_URL, k=43))
    return f"{part('{' + chr(34) + 'alg' + chr(34) + ':1}')}.{part(str(rng.random()))}.{signature}"


def _pem(rng: Random) -> str:
    lines = ["".join(rng.choices(_ALNUM + "+/", k=64)) for _ in range(6)]
    body = "\n".join(lines)
    return f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----"


SHAPED: dict[str, Callable[[Random], str]] = {
    "aws": _shaped("AKIA{}", _UPPER, 16),
    "google": _shaped("AIza{}", _URL, 35),
    "google-oauth": _shaped("GOCSPX-{}", _URL, 28),
    "digitalocean": _shaped("dop_v1_{}", _HEX, 64),
    "databricks": _shaped("dapi{}", _HEX, 32),
    "supabase": _shaped("sbp_{}", _HEX, 40),
    "vault": _shaped("hvs.{}", _ALNUM, 24),
    "github": _shaped("ghp_{}", _ALNUM, 36),
    "github-fine": _shaped("github_pat_{}_{}", _ALNUM, 22, 59),
    "gitlab": _shaped("glpat-{}", _URL, 20),
    "npm": _shaped("npm_{}", _ALNUM, 36),
    "pypi": _shaped("pypi-AgEIcHlwaS5vcmc{}", _URL, 120),
    "docker": _shaped("dckr_pat_{}", _URL, 27),
    "slack": _shaped("xoxb-{}-{}-{}", string.digits, 12, 12, 24),
    "slack-hook": _shaped("https://hooks.slack.com/services/T{}/B{}/{}", _UPPER, 9, 9, 24),
    "discord-hook": _shaped("https://discord.com/api/webhooks/{}/x{}", string.digits, 18, 60),
    "sendgrid": _shaped("SG.{}.{}", _URL, 22, 43),
    "telegram": _shaped("123456789:AA{}", _URL, 33),
    "anthropic": _shaped("sk-ant-api03-{}-{}AA", _ALNUM, 60, 30),
    "openai": _shaped("sk-proj-{}", _ALNUM, 48),
    "huggingface": _shaped("hf_{}", string.ascii_letters, 34),
    "groq": _shaped("gsk_{}", _ALNUM, 52),
    "stripe": _shaped("sk_live_{}", _ALNUM, 24),
    "shopify": _shaped("shpat_{}", _HEX, 32),
    "linear": _shaped("lin_api_{}", _ALNUM, 40),
    "sentry": _shaped("sntrys_{}", _ALNUM, 60),
    "twilio": _shaped("SK{}", _HEX, 32),
    "jwt": _jwt,
    "pem": _pem,
    "age": _shaped("AGE-SECRET-KEY-1{}", _UPPER, 58),
}
"""Secrets that need no name beside them."""

AROUND = [
    "{}",
    "curl -H 'X: {}' https://api.example.org",
    '{{"value": "{}"}}',
    "the deploy used {} last night",
    "export THING={}",
    "\x1b[32m{}\x1b[0m",
]

PASSWORDS: list[Callable[[Random], str]] = [
    _of(_ALNUM, 12),
    _of(_ALNUM + "!#%*+@^~", 16),
    lambda rng: f"{rng.choice(['summer', 'dragon', 'Falcon', 'tiger'])}{rng.randrange(100, 9999)}",
]
KEYS: list[Callable[[Random], str]] = [_of(_ALNUM, 32), _of(_HEX, 40), _of(_URL, 24)]

PASSWORD_PLACES = [
    "DB_PASSWORD={}",
    'export PGPASSWORD="{}"',
    "password: {}",
    "  password: '{}'",
    '{{"password": "{}", "user": "ann"}}',
    '{{\\"password\\": \\"{}\\"}}',
    'connect(user="ann", password="{}")',
    "passwd = '{}'",
    "mysql --user=ann --password={} shop",
    "Server=db;User Id=ann;Password={};Encrypt=true",
    "machine example.org login ann password {}",
    'const dbPassword = "{}";',
    'config["password"] = "{}"',
    'os.environ["ADMIN_PASSWORD"] = "{}"',
    'monkeypatch.setenv("ADMIN_PASSWORD", "{}")',
]
URL_PLACES = [
    "postgresql://shop:{}@db.example.org:5432/shop",
    "git clone https://ann:{}@git.example.org/a.git",
    "redis://:{}@127.0.0.1:6379/0",
    "amqp://guest:{}@mq/",
]
KEY_PLACES = [
    "API_KEY={}",
    "AWS_SECRET_ACCESS_KEY={}",
    'SECRET_KEY = "{}"',
    'apiKey: "{}",',
    '{{"access_token": "{}"}}',
    "Authorization: Bearer {}",
    "Authorization: Basic {}",
    'headers={{"Authorization": "token {}"}}',
    "X-Api-Key: {}",
    "PRIVATE-TOKEN: {}",
    "//registry.npmjs.org/:_authToken={}",
    "https://api.example.org/v1?access_token={}&page=2",
    "https://files.example.org/a?sig={}",
    "peerline://peerline.example.org:8377/abc?invite={}",
    "https://peerline.example.org/s/abc#invite={}",
    "Cookie: session={}; theme=dark",
    "deploy --token {}",
    "deploy --api-key={}",
    "client_secret = '{}'",
    'let token: String = "{}";',
    "SENTRY_DSN={}",
    "+SIGNING_KEY={}",
]
ARGUMENT_PLACES = [
    "curl -u ann:{} https://example.org",
    "$ curl -sS --user 'ann:{}' https://example.org",
    "curl -X POST -H 'A: b' -uann:{}",
    "http -a ann:{} example.org",
    "mysql -u ann -p{} shop",
    "mysqldump -h db.example.org -u root -p'{}' shop > dump.sql",
    "sshpass -p {} ssh ann@example.org",
    "redis-cli -h cache -a {} ping",
    "ldapsearch -x -D cn=admin -w {} -b dc=example",
    "docker login -u ann -p {} example.org",
]
AUTH_PLACES = [
    '{{"auths": {{"https://index.example.org/v1/": {{"auth": "{}"}}}}}}',
    "_auth={}",
    '//npm.example.org/:_auth="{}"',
]
KEY_LINES = [
    "+{}",
    "-{}",
    "> {}",
    "# {}",
    " * {}",
    "// {}",
    "{number} | {}",
    "{number}\t{}",
    '    "{}\\n"',
]
NEAR_PLACES = ["the token is {}", "use this api key: {}", "secret -> {}"]


def corpus() -> list[tuple[str, str, str]]:
    """The kind, the text and the secret in it."""
    rng = Random(20)
    found: list[tuple[str, str, str]] = []

    def add(kind: str, place: str, secret: str) -> None:
        found.append((kind, place.format(secret), secret))

    for kind, make in SHAPED.items():
        for place in AROUND:
            add(kind, place, make(rng))
    for make in PASSWORDS:
        for place in PASSWORD_PLACES:
            add("password", place, make(rng))
        for place in URL_PLACES:
            add("url", place, make(rng).replace("@", "x").replace("#", "y"))
    for make in KEYS:
        for place in KEY_PLACES:
            add("key", place, make(rng))
    for place in NEAR_PLACES:
        for _ in range(4):
            add("near", place, "".join(rng.choices(_ALNUM, k=40)))
    found.extend(_in_arguments(rng))
    found.extend(_shown_keys(rng))
    return found


def _shown_keys(rng: Random) -> list[tuple[str, str, str]]:
    """Private keys with something in front of each line, and one without its beginning."""
    found: list[tuple[str, str, str]] = []
    for form in KEY_LINES:
        lines = _pem(rng).split("\n")
        shown = [
            form.replace("{number}", str(n)).replace("{}", line) for n, line in enumerate(lines)
        ]
        found += [("pem-shown", "\n".join(shown), line) for line in lines[1:-1]]
    begun = _pem(rng).split("\n")
    found += [("pem-end", "\n".join(["...", *begun[2:]]), line) for line in begun[2:-1]]
    return found


def _in_arguments(rng: Random) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for make in PASSWORDS:
        for place in ARGUMENT_PLACES:
            secret = "".join(char for char in make(rng) if char not in "&!")
            found.append(("password", place.format(secret), secret))
    for place in AUTH_PLACES:
        secret = base64.b64encode("".join(rng.choices(_ALNUM, k=24)).encode()).decode()
        found.append(("auth", place.format(secret), secret))
    return found
