"""Files that a peer can never make this machine open, read or follow: the one list of them. Pure.

A participant's word leads only to code. What holds secrets, or would run something once it is
opened or written, is not there for peers, even inside the workspace. The user opens it by hand.

The names are those for which Firejail's `disable-common.inc`, gitrob's signatures, leaky-repo and
the templates of github/gitignore agree that they hold secrets. What they name because it may hold
one, but is ordinary code or configuration (`settings.py`, `database.yml`, `*.sql`, `*.log`,
`.bashrc`), is left out.
"""

import re
from typing import Final

_FOLDERS: Final = frozenset(
    {
        # version control: hooks and configuration run commands
        *(".git", ".hg", ".svn", ".bzr", ".jj", "cvs"),
        # keys and sign-ins
        *(".ssh", ".gnupg", ".aws", ".azure", ".gcloud", ".kube", ".docker", ".password-store"),
        *(".secrets", ".terraform", ".vagrant", ".1password", ".peerline", ".caff", ".cert"),
        *(".git-credential-cache", ".pki", ".vaults", ".oci", ".bluemix", ".chef", ".davfs2"),
        *(".ecryptfs", ".fscrypt", ".mutt", ".purple", ".irssi", ".weechat", ".minikube"),
        *("keyrings", "kwalletd", "kwallet"),
        # browsers and mail
        *(".mozilla", ".thunderbird"),
        # wallets
        *(".bitcoin", ".litecoin", ".dogecoin", ".electrum", ".ethereum", ".monero", ".solana"),
    }
)
_NAMES: Final = frozenset(
    {
        # sign-ins
        *(".env", ".envrc", ".netrc", "_netrc", ".npmrc", ".yarnrc", ".yarnrc.yml", ".pypirc"),
        *(".pgpass", "pgpass.conf", ".my.cnf", ".mylogin.cnf", ".htpasswd", "htpasswd", ".passwd"),
        *(".git-credentials", ".gitconfig", ".dockercfg", ".dockerconfigjson", ".boto", ".boto3"),
        *(".vault-token", ".vault_pass", ".vault-pass", ".s3cfg", ".s3cmd", ".passwd-s3fs"),
        *(".authinfo", ".gemrc", ".rhosts", ".shosts", ".smbcredentials", ".fetchmailrc"),
        *(".msmtprc", ".muttrc", ".esmtprc", ".mailrc", ".ftpconfig", ".remote-sync.json"),
        *(".tugboat", ".trc", ".dbeaver-data-sources.xml", ".sentryclirc", ".databrickscfg"),
        *(".mongorc.js", ".dbshell", ".snowsql", ".cloudflared", ".ngrok2", ".git-credential"),
        *("credentials", ".credentials", "credentials.json", "credentials.xml", "credentials.db"),
        *("credentials.toml", "credentials.yml", "credentials.yaml", "credentials.tfrc.json"),
        *(".terraformrc", "terraform.rc", "secrets.json", "secrets.yml", "secrets.yaml"),
        *("secrets.toml", ".secrets.toml", "kubeconfig", "service-account.json", "adc.json"),
        *("application_default_credentials.json", "access_tokens.db", "accesstokens.json"),
        *("client_secret.json", "client_secrets.json", "master.key", "secret_token.rb"),
        *("terraform.tfstate", "terraform.tfstate.backup", "wp-config.php"),
        *("shadow", "shadow-", "gshadow", "gshadow-", "master.passwd", "krb5.keytab"),
        *("sftp-config.json", "sftp.json", "filezilla.xml", "recentservers.xml", "sitemanager.xml"),
        *("robomongo.json", "datasources.local.xml", "proftpdpasswd"),
        *("logins.json", "key3.db", "key4.db", "signons.sqlite", "cookies.sqlite", "login data"),
        *("otr.private_key", "rclone.conf", "doctl.yaml", "ventrilo_srv.ini"),
        *("jenkins.plugins.publish_over_ssh.bapsshpublisherplugin.xml",),
        # wallets
        *("wallet.dat", "wallet.keys", "default_wallet"),
        # what an editor or a shell runs when it opens the folder
        *(".exrc", "_exrc", ".nvimrc", ".nvim.lua", ".vimrc", "_vimrc", ".gvimrc", "_gvimrc"),
        *(".dir-locals.el", ".dir-locals-2.el"),
        # what was typed
        *(".viminfo", ".lesshst", ".histfile", ".history", ".pythonhist", ".python-history"),
        "fish_history",
    }
)
_PATHS: Final = re.compile(
    r"""
    (?:.*/)?(?:
        \.config/(?:gh|hub|glab-cli|gcloud|op|keybase|stripe|heroku|doctl|configstore|solana)(?:/.*)?
        | \.config/(?:google-chrome|chromium|bravesoftware|microsoft-edge|autostart)/.*
        | \.config/(?:sops/age/keys\.txt|containers/auth\.json|pip/pip\.conf|composer/auth\.json)
        | \.config/(?:rclone/.*|filezilla/.*|hexchat/servlist\.conf|uv/credentials/.*)
        | gh/hosts\.ya?ml
        | \.(?:cargo|gem|composer|bundle|subversion|m2|gradle|nuget|terraform\.d|pip)/(?:
              credentials(?:\..*)? | auth\.json | auth/.* | config | settings(?:-security)?\.xml
              | gradle\.properties | nuget\.config | pip\.conf )
        | \.?doctl/config\.ya?ml | \.?xchat2?/servlist_?\.conf | \.?recon-ng/keys\.db
        | \.idea/(?:webservers|datasources(?:\.local)?)\.xml
        | config/credentials/.*\.key
        | etc/(?:passwd|sudoers)-? | etc/ssh/.*
        | \.streamlit/secrets\.toml
    )
    """,
    re.VERBOSE,
)
"""Names that are ordinary elsewhere."""
_PATTERNS: Final = re.compile(
    r"""
    \.env\..+ | .+\.env                                     # .env.local, prod.env
    | .*_?id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:\..*|_.*)? # SSH keys
    | [^.]+_(?:rsa|dsa|ecdsa|ed25519)
    | .+\.(?:pem|key|keypair|p12|pfx|p8|pkcs12|jks|keystore|keyring|kdbx?|ppk|asc|gpg|pgp|ovpn)
    | .+\.(?:keychain|agilekeychain|agekey|kwallet|psafe3|bek|tpm|keytab|mobileprovision|cscfg)
    | .+\.(?:tfvars|tfvars\.json|tfstate|tfstate\.backup|rdp|crt\.key|publishsettings|wallet)
    | \..+_history                                          # .bash_history
    | utc--[0-9]{4}-.+                                      # Ethereum keys
    | client_secret_.+\.json | .+-service-account\.json
    """,
    re.VERBOSE,
)
EXAMPLES: Final = (
    *sorted(_NAMES | _FOLDERS),
    *(".env.local", "x.env", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "x.pem", "x.key"),
    *("x.p12", "x.pfx", "x.jks", "x.keystore", "x.kdbx", "x.ppk", "x.gpg", "x.asc", "x.ovpn"),
    *("x.tfvars", "x.tfstate", ".bash_history", ".zsh_history", "x-service-account.json"),
)
"""Names of private files, in lower case: each that is known as such, and some of each kind."""
_SHORT_GIT: Final = re.compile(r"git~[0-9]+")
"""The short name of `.git` on Windows."""
_HARMLESS: Final = frozenset({".env.example", ".env.sample", ".env.template", ".env.dist"})
_DEVICES: Final = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?:\..*)?"
)
"""Names that mean a device on Windows, in any folder."""
_IGNORED: Final = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
"""Characters that HFS+ leaves out of a name, so that `.g\\u200cit` is `.git` (CVE-2014-9390)."""


def is_private(file: str) -> bool:
    """Whether the workspace-relative path is out of reach for peers.

    Upper and lower case count as the same, since many file systems hold them for the same; so do
    the spellings under which Windows and macOS find a file too.
    """
    parts = [_IGNORED.sub("", part).casefold() for part in file.split("/")]
    is_harmless = parts[-1] in _HARMLESS
    return (
        any(_is_odd(part) or _is_guarded(part) for part in parts)
        or (not is_harmless and parts[-1] in _NAMES)
        or (not is_harmless and _PATTERNS.fullmatch(parts[-1]) is not None)
        or _PATHS.fullmatch("/".join(parts)) is not None
    )


def _is_odd(part: str) -> bool:
    """Whether Windows takes the name for another one, a stream of a file or a device."""
    return part != part.rstrip(". ") or ":" in part or _DEVICES.fullmatch(part) is not None


def _is_guarded(part: str) -> bool:
    """Whether nothing in the folder is for peers."""
    return part in _FOLDERS or _SHORT_GIT.fullmatch(part) is not None
