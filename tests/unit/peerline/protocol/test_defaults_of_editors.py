"""The defaults that editors share, beside each other."""

from peerline.protocol.editor.defaults import TYPING_REPORT_SECONDS, TYPING_SECONDS


def test_who_goes_on_typing_is_seen_to_type_all_the_time() -> None:
    assert TYPING_REPORT_SECONDS < TYPING_SECONDS
