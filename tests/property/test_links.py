"""Session links in what people paste: found as they were written, or refused in one way."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.links import LinkError, SessionLink, parse_address

ID = st.text("abcXYZ019_-", min_size=1, max_size=64)
LABEL = st.text("abcxyz019", min_size=1, max_size=20)
HOST = st.one_of(
    st.lists(LABEL, min_size=1, max_size=4).map(lambda labels: ".".join([*labels, "example"])),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda address: f"[{address}]"),
)
LINK = st.builds(
    lambda host, port, session, invite, tls: SessionLink(f"{host}:{port}", session, invite, tls),
    HOST,
    st.integers(1, 65_535),
    ID,
    st.none() | ID,
    st.booleans(),
)
BEFORE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="_%"), max_size=30)
OPENING = st.sampled_from(
    [" ", "\n", "<", "(", "[", '"', "'", "`", "*", "\ufeff", "\u200b", "：", "→"]
)
CLOSING = st.sampled_from(
    [
        "",
        ".",
        ",",
        ")",
        ">",
        '"',
        "'",
        "`",
        "*",
        "。",
        "\u200b",
        "\u2069",
        "\n",
        " and more",
        ").",
        "],",
    ]
)
INVISIBLE = st.sampled_from(["\u200b", "\ufeff", "\u2060", "\u200d"])


@given(LINK)
def test_a_link_is_read_as_it_was_written(link: SessionLink) -> None:
    assert SessionLink.parse(str(link)) == link
    assert SessionLink.parse(link.page_url) == link


@given(LINK, BEFORE.filter(lambda text: "://" not in text), OPENING, CLOSING)
def test_a_link_is_found_in_noise(
    link: SessionLink, before: str, opening: str, closing: str
) -> None:
    assert SessionLink.parse(f"{before}{opening}{link}{closing}") == link


@given(LINK, st.data())
def test_a_link_is_found_with_invisible_characters_inside(
    link: SessionLink, data: st.DataObject
) -> None:
    text = str(link)
    for _ in range(3):
        place = data.draw(st.integers(0, len(text)))
        text = text[:place] + data.draw(INVISIBLE) + text[place:]
    assert SessionLink.parse(text) == link


@given(
    st.text() | st.text().map(lambda text: f"peerline://{text}") | st.text("perlin:/[]@.%_?=&a1 ")
)
def test_any_text_is_a_link_or_refused_in_one_way(text: str) -> None:
    with suppress(LinkError):
        link = SessionLink.parse(text)
        assert SessionLink.parse(str(link)) == link
        link.websocket_url.encode("ascii")
    with suppress(LinkError):
        parse_address(text)
