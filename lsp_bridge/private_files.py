"""Files that a peer can never make this machine open, read or follow: the one list of them. Pure.

A participant's word leads only to code. What holds secrets, or would run something once it is
opened or written, is not there for peers, even inside the workspace. The user opens it by hand.
"""

import re
from typing import Final

_FOLDERS: Final = frozenset(
    {
        # version control: hooks and configuration run commands
        *(".git", ".hg", ".svn", ".bzr", ".jj", "cvs"),
        # keys and sign-ins
        *(".ssh", ".gnupg", ".aws", ".azure", ".gcloud", ".kube", ".docker", ".password-store"),
        *(".secrets", ".terraform", ".vagrant", ".1password", ".peerline"),
    }
)
_NAMES: Final = frozenset(
    {
        # sign-ins
        *(".env", ".envrc", ".netrc", "_netrc", ".npmrc", ".yarnrc", ".yarnrc.yml", ".pypirc"),
        *(".pgpass", ".my.cnf", ".htpasswd", ".git-credentials", ".dockercfg", ".dockerconfigjson"),
        *(".vault-token", ".vault_pass", ".s3cfg", ".boto", ".authinfo", ".boto3", ".gemrc"),
        *("credentials", "credentials.json", "secrets.json", "secrets.yml", "secrets.yaml"),
        *("secrets.toml", "kubeconfig", "service-account.json", "shadow", "master.key"),
        *("client_secret.json", "terraform.tfstate", "terraform.tfstate.backup"),
        # what an editor or a shell runs when it opens the folder
        *(".exrc", ".nvimrc", ".nvim.lua", ".vimrc", ".dir-locals.el", ".bash_history"),
        *(".zsh_history", ".python_history", ".node_repl_history"),
    }
)
_PATTERNS: Final = re.compile(
    r"""
    \.env\..+ | .+\.env                                     # .env.local, prod.env
    | id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:\..*|_.*)?     # SSH keys
    | .+\.(?:pem|key|p12|pfx|p8|pkcs12|jks|keystore|kdbx?|ppk|asc|gpg|pgp|ovpn|keychain|agekey)
    | .+\.(?:tfvars|tfstate|rdp|crt\.key)
    """,
    re.VERBOSE,
)
_SHORT_GIT: Final = re.compile(r"git~[0-9]+")
"""The short name of `.git` on Windows."""
_HARMLESS: Final = frozenset({".env.example", ".env.sample", ".env.template", ".env.dist"})
_DEVICES: Final = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?"
)
"""Names that mean a device on Windows, in any folder."""
_IGNORED: Final = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
"""What HFS+ leaves out of a name, so that `.g\\u200cit` is `.git` (CVE-2014-9390)."""


def is_private(file: str) -> bool:
    """Whether the workspace-relative path is out of reach for peers.

    Upper and lower case count as the same, since many file systems hold them for the same; so do
    the spellings under which Windows and macOS find a file too.
    """
    parts = [_IGNORED.sub("", part).casefold() for part in file.split("/")]
    return any(
        _is_odd(part) or _is_secret(part, is_last=index == len(parts) - 1)
        for index, part in enumerate(parts)
    )


def _is_odd(part: str) -> bool:
    """Whether Windows takes the name for another one, a stream of a file or a device."""
    return part != part.rstrip(". ") or ":" in part or _DEVICES.fullmatch(part) is not None


def _is_secret(part: str, *, is_last: bool) -> bool:
    if part in _FOLDERS or _SHORT_GIT.fullmatch(part):
        return True
    if part in _HARMLESS:
        return False
    return is_last and (part in _NAMES or _PATTERNS.fullmatch(part) is not None)
