"""Sphinx settings of the documentation: `make docs` builds it into `docs/_build/html`."""

project = "Peerline"
copyright = "Peerline contributors"  # noqa: A001 - Sphinx reads this name
extensions = ["myst_parser"]
exclude_patterns = ["_build", "images"]
html_theme = "furo"
html_title = "Peerline"
html_static_path = ["images"]
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
nitpicky = True
# `editors/README.md` and `decisions/README.md` are what a repository's web page opens in a folder.
root_doc = "index"
