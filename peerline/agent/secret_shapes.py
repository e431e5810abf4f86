"""The shapes of secrets that need no name beside them: keys of clouds, forges, chats, models. Pure.

Each has a text that it must contain, which is looked for first: that is far faster than a pattern.
Every pattern begins at the edge of a word and runs without going back, so that its time is linear.
"""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of one kind of secret."""

    kind: str
    literal: str
    pattern: re.Pattern[str]
    """Group 1, if it has one, is the secret."""


_EDGE: Final = r"(?:(?<![A-Za-z0-9])|(?<=[0-9]m)|(?<=\\[nrt]))"
"""The start of a word, also behind a colour of a terminal and behind an escaped line break."""


def _prefixed(kind: str, least: int, *prefixes: str, chars: str = r"\w-") -> list[Shape]:
    """Secrets that begin with a prefix and have at least `least` characters more."""
    return [
        Shape(
            kind,
            prefix,
            re.compile(rf"{_EDGE}{re.escape(prefix)}[{chars}]{{{least},}}+", re.ASCII),
        )
        for prefix in prefixes
    ]


def _like(kind: str, literal: str, pattern: str) -> Shape:
    return Shape(kind, literal, re.compile(pattern, re.ASCII))


_ARGUMENTS: Final = r"(?:[ \t]+[^\s|;&]+?){0,16}?[ \t]+"
"""The arguments of a command before the one that counts."""
_VALUE: Final = r"[\"']?([^\s\"'|;&\u2039]{4,256}+)"
_USER: Final = r"[\"']?[^\s:\"'|;&]{1,128}+:"
_COMMANDS: Final = (
    ("curl", rf"(?:-u[ \t]{{0,4}}|-U[ \t]+|--(?:proxy-)?user(?:[ \t]+|=)){_USER}"),
    ("wget", r"--(?:http-|ftp-|proxy-)?password(?:[ \t]+|=)"),
    ("http", rf"(?:-a|--auth)(?:[ \t]+|=){_USER}"),
    ("https", rf"(?:-a|--auth)(?:[ \t]+|=){_USER}"),
    ("mysql", "-p"),
    ("mysqldump", "-p"),
    ("mysqladmin", "-p"),
    ("mariadb", "-p"),
    ("mariadb-dump", "-p"),
    ("sshpass", r"-p[ \t]{0,4}"),
    ("redis-cli", r"(?:-a|--pass)[ \t]+"),
    ("ldapsearch", r"-w[ \t]{0,4}"),
    ("mongosh", r"(?:-p|--password)[ \t]+"),
    ("docker login", r"(?:-p|--password)(?:[ \t]+|=)"),
)
"""Commands that take a password, and what is in front of it."""

SHAPES: Final[tuple[Shape, ...]] = (
    # Clouds and hosts
    *_prefixed("aws", 16, "AKIA", "ASIA", "ABIA", "ACCA", chars="A-Z0-9"),
    *_prefixed("google", 30, "AIza"),
    *_prefixed("google", 20, "GOCSPX-", "ya29.", chars=r"\w.-"),
    *_prefixed("digitalocean", 40, "dop_v1_", "doo_v1_", "dor_v1_"),
    *_prefixed("databricks", 32, "dapi", chars="a-f0-9"),
    *_prefixed("heroku", 30, "HRKU-"),
    *_prefixed("netlify", 30, "nfp_"),
    *_prefixed("supabase", 36, "sbp_", chars="a-f0-9"),
    *_prefixed("planetscale", 30, "pscale_tkn_", "pscale_pw_", "pscale_oauth_", chars=r"\w.-"),
    *_prefixed("terraform", 40, "atlasv1."),
    *_prefixed("vault", 20, "hvs.", "hvb.", "hvr."),
    *_prefixed("doppler", 32, "dp.pt.", "dp.st.", "dp.ct.", chars=r"\w.-"),
    *_prefixed("alibaba", 16, "LTAI"),
    _like("azure", "AccountKey=", r"AccountKey=([A-Za-z0-9+/=]{40,}+)"),
    _like("azure", "SharedAccessKey=", r"SharedAccessKey=([A-Za-z0-9+/=]{30,}+)"),
    # Forges and registries
    *_prefixed("github", 36, "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    *_prefixed("github", 40, "github_pat_"),
    *_prefixed("gitlab", 20, "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glsoat-"),
    *_prefixed("bitbucket", 30, "ATBB"),
    *_prefixed("atlassian", 50, "ATATT3", chars=r"\w=-"),
    *_prefixed("npm", 36, "npm_"),
    *_prefixed("pypi", 50, "pypi-AgE"),
    *_prefixed("rubygems", 40, "rubygems_", chars="a-f0-9"),
    *_prefixed("docker", 20, "dckr_pat_", "dckr_oat_"),
    # Chats and mail
    *_prefixed("slack", 10, "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-"),
    *_prefixed("slack", 20, "hooks.slack.com/services/", chars="A-Za-z0-9/"),
    *_prefixed("discord", 30, "discord.com/api/webhooks/", chars=r"\w/-"),
    *_prefixed("discord", 30, "discordapp.com/api/webhooks/", chars=r"\w/-"),
    *_prefixed("sendgrid", 40, "SG.", chars=r"\w.-"),
    *_prefixed("mailgun", 32, "key-", chars="a-f0-9"),
    *_prefixed("mailchimp", 32, "md-"),
    *_prefixed("brevo", 60, "xkeysib-"),
    _like("telegram", ":AA", rf"{_EDGE}[0-9]{{8,10}}:AA[\w-]{{32,}}+"),
    # Models
    *_prefixed("anthropic", 20, "sk-ant-"),
    *_prefixed("openai", 20, "sk-"),
    *_prefixed("huggingface", 30, "hf_", "api_org_"),
    *_prefixed("replicate", 30, "r8_"),
    *_prefixed("groq", 40, "gsk_"),
    *_prefixed("xai", 40, "xai-"),
    *_prefixed("perplexity", 40, "pplx-"),
    # Payments, trackers, monitors
    *_prefixed("stripe", 20, "sk_live_", "sk_test_", "rk_live_", "rk_test_"),
    *_prefixed("stripe", 20, "whsec_", chars=r"\w+/="),
    *_prefixed("square", 20, "sq0atp-", "sq0csp-"),
    *_prefixed("shopify", 32, "shpat_", "shpss_", "shpca_", "shppa_"),
    *_prefixed("linear", 30, "lin_api_"),
    *_prefixed("notion", 40, "ntn_"),
    *_prefixed("figma", 30, "figd_"),
    *_prefixed("grafana", 30, "glsa_", "glc_", chars=r"\w+/=-"),
    *_prefixed("sentry", 40, "sntrys_", "sntryu_", chars=r"\w+/=-"),
    *_prefixed("newrelic", 24, "NRAK-", "NRJS-"),
    *_prefixed("posthog", 40, "phx_"),
    _like("twilio", "SK", rf"{_EDGE}SK[0-9a-f]{{32}}(?![A-Za-z0-9])"),
    # Whatever the maker
    _like("jwt", "eyJ", _EDGE + r"eyJ[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+)?"),
    _like("age", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[A-Z0-9]{40,}+"),
    _like(
        "private-key",
        "PRIVATE KEY",
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:[A-Za-z0-9+/=\s:,.\\]|-(?!----)){32,}+"
        r"(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?",
    ),
    # A key as it is shown in a difference, with numbers of lines, in a comment or a list of texts.
    _like(
        "private-key",
        "PRIVATE KEY",
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:[^\nA-Za-z0-9+/=]{0,12}(?:\\n(?:[^\nA-Za-z0-9+/=]{0,4}\n)?|\n)[^\nA-Za-z0-9+/=]{0,12}"
        r"(?:[0-9]{1,6}[^\nA-Za-z0-9/=]{1,8})?+[+]?[A-Za-z0-9+/=]{16,128}+){1,400}+"
        r"(?:.{0,24}\n.{0,24}-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?",
    ),
    # The end of one, of which the beginning was not shown.
    _like(
        "private-key",
        "-----END ",
        r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{64}+(?:\r?\n[A-Za-z0-9+/=]{1,64}+){1,400}+"
        r"\r?\n-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----",
    ),
    # The arguments of commands, and files that name a secret only by `auth`.
    *(
        _like("password", command, rf"\b{command}{_ARGUMENTS}{flags}{_VALUE}")
        for command, flags in _COMMANDS
    ),
    _like("auth", '"auth"', r'"auth"\s{0,4}:\s{0,4}"([A-Za-z0-9+/=_-]{8,}+)"'),
    _like("auth", "_auth", r"\b_auth[\"']?[ \t]{0,4}=[ \t]{0,4}[\"']?([A-Za-z0-9+/=]{8,}+)"),
    _like("url-password", "://", r"://[^\s/:@\"'<>]{0,128}+:([^\s/@\"'<>{}\u2039]{1,256}+)@"),
)
